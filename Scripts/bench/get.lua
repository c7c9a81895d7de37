-- Asks for TARGET with KEY, both from the environment, and prints the rate.
wrk.path = os.getenv("TARGET")
if os.getenv("KEY") then wrk.headers["Authorization"] = "Bearer " .. os.getenv("KEY") end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("rate %f failed %d\n", summary.requests / summary.duration * 1e6, failed))
end
