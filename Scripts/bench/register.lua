-- Registers orders of three lines for wrk, each new; KEY and PREFIX come from the environment.
-- All requests have the same length and are put together from ready parts, so that the client costs little.
local threads = 0
local sent = 0
local key, prefix = os.getenv("KEY"), os.getenv("PREFIX")

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local body = '{"data":{"attributes":{"external_id":"%s","client_external_id":"C%s","date":"2026-11-20T10:00:00Z",'
  .. '"number":"%s","items_cnt":3,"items_sum":200.3,"status_code":"accepted","unit":"Online",'
  .. '"delivery":{"status_code":"delivered","type":"courier","city":"Porto","address":"Rua das Flores 1"},'
  .. '"payment":{"status_code":"paid","type":"card","total":200.3,"cash":190,"bonuses":10.3,"delivery":20},'
  .. '"items":[{"external_id":"1","product_external_id":"1001","cnt":1,"sum":120,"price":120},'
  .. '{"external_id":"2","product_external_id":"1002","cnt":1,"sum":40.15,"price":40.15},'
  .. '{"external_id":"3","product_external_id":"1003","cnt":1,"sum":40.15,"price":40.15}]}}}'

local parts
local function prepare()
  local id = string.format("%s-%d-%08d", prefix, number, 0)
  local length = #string.format(body, id, "1001", id)
  local head = string.format(
    "POST /api/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
      .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n", key, length)
  local a, b, c, d = body:match("^(.-)%%s(.-)%%s(.-)%%s(.*)$")
  parts = {head .. a, b, c, d, string.format("%s-%d-", prefix, number)}
end

function request()
  if not parts then prepare() end
  sent = sent + 1
  local id = parts[5] .. string.format("%08d", sent)
  return parts[1] .. id .. parts[2] .. (1001 + (sent * 7919 + number * 31) % 2000) .. parts[3] .. id .. parts[4]
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("rate %f failed %d\n", summary.requests / summary.duration * 1e6, failed))
end
