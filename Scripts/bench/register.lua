-- Registers orders of three lines for wrk, each new; KEY and PREFIX come from the environment.
local threads = 0
local sent = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local headers = {["Authorization"] = "Bearer " .. os.getenv("KEY"), ["Content-Type"] = "application/json"}
local body = '{"data":{"attributes":{"external_id":"%s","client_external_id":"C%d","date":"2026-11-20T10:00:00Z",'
  .. '"number":"%s","items_cnt":3,"items_sum":200.3,"status_code":"accepted","unit":"Online",'
  .. '"delivery":{"status_code":"delivered","type":"courier","city":"Porto","address":"Rua das Flores 1"},'
  .. '"payment":{"status_code":"paid","type":"card","total":200.3,"cash":190,"bonuses":10.3,"delivery":20},'
  .. '"items":[{"external_id":"1","product_external_id":"1001","cnt":1,"sum":120,"price":120},'
  .. '{"external_id":"2","product_external_id":"1002","cnt":1,"sum":40.15,"price":40.15},'
  .. '{"external_id":"3","product_external_id":"1003","cnt":1,"sum":40.15,"price":40.15}]}}}'

function request()
  sent = sent + 1
  local id = string.format("%s-%d-%d", os.getenv("PREFIX"), number, sent)
  local customer = 1001 + (sent * 7919 + number * 31) % 2000
  return wrk.format("POST", "/api/orders", headers, string.format(body, id, customer, id))
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("rate %f failed %d\n", summary.requests / summary.duration * 1e6, failed))
end
