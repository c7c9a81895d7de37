-- Sends batches of a hundred messages of the Segment convention for wrk, each message new; KEY, PREFIX and SENT come from the
-- environment. Visitors look at products, as in a shop; what is not about the one message is made once.
local threads = 0
local sent = 0
local prefix, when = os.getenv("PREFIX"), os.getenv("SENT")

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local message = '{"type":"track","event":"Product Viewed","anonymousId":"%s","messageId":"%s","timestamp":"' .. when
  .. '","properties":{"product_id":"%d","price":12.5,"category":"tea"},"context":{"page":{"url":"https://larkspur.example/p"}}}'

function request()
  local messages = {}
  for place = 1, 100 do
    local id = string.format("%s-%d-%08d-%02d", prefix, number, sent, place)
    messages[place] = message:format(string.format("visitor-%06d", (sent * 7919 + place * 31) % 100000), id, 1001 + place)
  end
  sent = sent + 1
  local body = '{"sentAt":"' .. when .. '","batch":[' .. table.concat(messages, ",") .. "]}"
  return wrk.format("POST", "/v1/batch", {["Authorization"] = "Basic " .. os.getenv("KEY")}, body)
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("rate %f failed %d\n", summary.requests / summary.duration * 1e6, failed))
end
