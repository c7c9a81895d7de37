-- Sends one event of the tracker a request for wrk, each new; KEY, PREFIX and SENT (milliseconds) come from the environment.
local threads = 0
local sent = 0
local prefix, when, key = os.getenv("PREFIX"), os.getenv("SENT"), os.getenv("KEY")

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local body = '{"sent":' .. when .. ',"events":[{"id":"%s","visitor":"%032x","session":"9b04d1c2aa63f0e7","time":' .. when
  .. ',"type":"view","url":"https://larkspur.example/p/42","product":"%d","context":{"color":"green"}}]}'

function request()
  sent = sent + 1
  local id = string.format("%s%02d%020d", prefix, number, sent)
  return wrk.format("POST", "/tracker/events?key=" .. key,
    {["Content-Type"] = "text/plain;charset=UTF-8", ["Origin"] = "https://larkspur.example"},
    body:format(id, sent % 100000, 1001 + sent % 100))
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("rate %f failed %d\n", summary.requests / summary.duration * 1e6, failed))
end
