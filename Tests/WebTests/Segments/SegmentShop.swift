import Domain
import Platform
import TestSupport

/// A small shop: five customers of whom three ordered, for what segments answer.
enum SegmentShop {
    static func services(clock: StillClock = StillClock()) async throws -> Services {
        let services = try await Services.test(clock: clock)
        try await withAPI(services) { api in
            for (id, city) in [("ana", "Porto"), ("bea", "Braga"), ("caio", "Porto"), ("dora", ""), ("eva", "PORTO")] {
                _ = try await api.post("/api/customers", envelope(#"{"external_id":"\#(id)","city":"\#(city)"}"#))
            }
            for (order, customer, sum, date) in [
                ("1", "ana", "10", "2026-02-28T10:00:00Z"), ("2", "ana", "20.5", "2026-01-05T10:00:00Z"),
                ("3", "bea", "30", "2025-12-01T10:00:00Z"), ("4", "caio", "40", "2026-02-27T10:00:00Z"),
                ("5", "ana", "99", "2026-02-27T10:00:00Z"),
            ] {
                let status = order == "5" ? "cancelled" : "completed"
                _ = try await api.post(
                    "/api/orders",
                    envelope(
                        #"{"external_id":"\#(order)","client_external_id":"\#(customer)","status_code":"\#(status)","date":"\#(date)","items":[{"external_id":"1","product_external_id":"p-\#(order)","cnt":1,"sum":\#(sum)},{"external_id":"2","cnt":2,"sum":0}]}"#
                    )
                )
            }
        }
        return services
    }

    /// Customers of Porto.
    static let porto = #"{"field":"customer.city","op":"eq","value":"porto"}"#
}
