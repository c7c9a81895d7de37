import Domain
import Platform
import TestSupport
import Testing

struct HealthTests {
    @Test func `health needs no key`() async throws {
        try await withAPI(try await Services.test(), scopes: nil) { api in
            let (live, ready) = (try await api.get("/health/live"), try await api.get("/health/ready"))
            #expect(live.text == #"{"status":"live"}"#)
            #expect(ready.text == #"{"status":"ready"}"#)
        }
    }

    @Test func `a product whose database was closed is not ready, and still alive`() async throws {
        let services = try await Services.test()
        try await withAPI(services) { api in
            services.close()
            let ready = try await api.get("/health/ready")
            #expect(ready.status == 503)
            #expect(ready.header("Retry-After") == "5")
            #expect(try await api.get("/health/live").status == 200)
            let write = try await api.post("/api/customers", envelope(#"{"external_id":"c-1"}"#))
            #expect(write.status == 503)
            #expect(write.header("Retry-After") == "1")
            #expect(try await api.get("/api/orders").status == 200)
        }
    }

    @Test func `metrics tell what waits beside the requests, and for how long`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        _ = try await services.exports.start(ExportRequest(.products), by: "ana@example.com")
        clock.advance(seconds: 90)
        try await withAPI(services) { api async throws in
            let lines = try await api.get("/metrics").text.split(separator: "\n").map(String.init)
            for (line, age) in [("export", "90"), ("import", "0")] {
                #expect(lines.contains("reorder_runs_open{kind=\"\(line)\"} \(age == "0" ? 0 : 1)"))
                #expect(lines.contains { $0.hasPrefix("reorder_runs_oldest_seconds{kind=\"\(line)\"} \(age)") })
            }
        }
    }

    @Test func `metrics count requests by route and status, commits, and orders`() async throws {
        let services = try await Services.test()
        _ = try await services.customers.register([.success(.sample())], by: .test)
        _ = try await services.orders.register(.sample(), by: .test)
        try await withAPI(services) { api in
            _ = try await api.get("/api/orders/o-1")
            _ = try await api.get("/api/orders/none")
            let answer = try await api.get("/metrics")
            #expect(answer.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
            let lines = answer.text.split(separator: "\n").map(String.init)
            let route = "/api/orders/{id}"
            #expect(
                lines.contains(#"reorder_http_request_seconds_count{method="GET",route="\#(route)",status="200"} 1"#))
            #expect(
                lines.contains(#"reorder_http_request_seconds_count{method="GET",route="\#(route)",status="404"} 1"#))
            #expect(lines.contains("reorder_orders 1"))
            #expect(lines.contains { $0.hasPrefix("reorder_commits_total ") })
            for name in [
                "reorder_commit_seconds_total", "reorder_write_queue", "reorder_write_queue_oldest_seconds",
                "reorder_database_bytes", "reorder_write_log_bytes", "reorder_disk_free_bytes", "reorder_live_pages",
            ] {
                #expect(lines.contains { $0.hasPrefix(name + " ") }, "\(name)")
            }
            func value(_ series: String) -> Double? {
                lines.first { $0.hasPrefix(series + " ") }?.split(separator: " ").last.flatMap { Double($0) }
            }
            #expect(value(#"reorder_commit_writes_bucket{le="256"}"#) == value("reorder_commits_total"))
            #expect(value("reorder_commit_writes_sum") == value("reorder_writes_total"))
            for line in lines where !line.hasPrefix("#") {
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
            }
        }
    }
}
