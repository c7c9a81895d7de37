import Domain
import Foundation
import Platform
import TestSupport
import Testing

/// The list of orders over the API: filters, sorts, pages.
struct OrderListTests {
    /// Twelve orders: o-1 … o-12, a day apart, worth 10 … 120.
    private func shop(clock: StillClock = StillClock()) async throws -> Services {
        let services = try await Services.test(clock: clock)
        _ = try await services.customers.register(
            [
                .success(
                    .sample(
                        "c-1", email: "ana@example.com", phone: "+351912345678", firstName: "Ana", lastName: "Sílva")),
                .success(.sample("c-2", firstName: "Rui", lastName: "Ana")), .success(.sample("c-3")),
            ], by: .test
        )
        for index in 1...12 {
            clock.advance(seconds: 1)
            _ = try await services.orders.register(
                .sample(
                    "o-\(index)", customer: "c-\(index % 3 + 1)",
                    date: StillClock.usual.adding(seconds: Int64(index - 20) * 86_400),
                    number: "N/\(100 - index)", unit: index % 2 == 0 ? "north" : "south & east", sum: index * 10,
                    statuses: [
                        .general: index % 4 == 0 ? "completed" : "accepted",
                        .payment: index > 6 ? "paid" : "awaiting_payment",
                    ]
                ), by: .test
            )
        }
        return services
    }

    private static func ids(_ answer: APIClient.Answer) throws -> [Int] {
        try answer.json()["data"]?.list.map { $0["id"]?.text.flatMap { Int($0.dropFirst(2)) } ?? 0 } ?? []
    }

    private static let down = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    private static let up = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

    private static let lists: [(String, [Int])] = [
        ("", down),
        ("filter[date_from]=2026-02-20", [12, 11]), ("filter[date_to]=2026-02-10", [1]),
        ("filter[date_to]=2026-02-11", [2, 1]),
        ("filter[date_from]=2026-02-20T12:00:01Z", [12]), ("filter[date_to]=2026-02-10 12:00:00", [1]),
        ("filter[updated_from]=2026-03-01T12:00:11Z", [12, 11]),
        ("filter[status_code]=completed", [12, 8, 4]),
        ("filter[status_code]=completed,accepted&filter[payment.status_code]=awaiting_payment", [6, 5, 4, 3, 2, 1]),
        ("filter[status_code]=none_such", []), ("filter[delivery.status_code]=shipped", []),
        ("filter[client_external_id]=c-1", [12, 9, 6, 3]), ("filter[client_external_id]=nobody", []),
        ("filter[number]=N/93", [7]), ("filter[number]=N", []), ("filter[unit]=south %26 east", [11, 9, 7, 5, 3, 1]),
        ("filter[unit]=west", []),
        ("filter[total_from]=100", [12, 11, 10]), ("filter[total_to]=20.0", [2, 1]),
        ("filter[total_from]=20.01&filter[total_to]=40", [4, 3]),
        ("filter[total_from]=5&filter[total_to]=4", []),
        ("filter[q]=o-1", [12, 11, 10, 1]), ("filter[q]=N/9", [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ("filter[q]=ana", [12, 10, 9, 7, 6, 4, 3, 1]),
        ("filter[q]=ana silva", [12, 9, 6, 3]), ("filter[q]=ANA@example", [12, 9, 6, 3]),
        ("filter[q]=351912", [12, 9, 6, 3]),
        ("filter[q]=%2B351912345678", [12, 9, 6, 3]), ("filter[q]=c-3", [11, 8, 5, 2]), ("filter[q]=zzz", []),
        ("filter[q]=%25", []),
        ("filter[q]=ana&filter[unit]=north&filter[date_from]=2026-02-15", [12, 10, 6]),
        ("sort=date", up), ("sort=-total", down), ("sort=number", down),
        ("sort=-number", up), ("sort=-updated_at", down), ("page[size]=3", [12, 11, 10]),
        ("page[size]=5&page[number]=3", [2, 1]), ("page[number]=1000000000", []),
        ("page[size]=500&page[number]=1000000000", []),
        ("sort=-date&filter[q]=", down),
    ]

    @Test(arguments: lists)
    func `filters and sorts`(query: String, expected: [Int]) async throws {
        try await withAPI(try await shop()) { api in
            let escaped = query.replacing("[", with: "%5B").replacing("]", with: "%5D").replacing(" ", with: "%20")
            let answer = try await api.get("/api/orders" + (query.isEmpty ? "" : "?" + escaped))
            #expect(answer.status == 200)
            #expect(try Self.ids(answer) == expected)
            guard !query.contains("page") else { return }
            #expect(try answer.json()["meta"]?["total"]?.number == Double(expected.count))
        }
    }

    private static let refusals: [(String, String, String)] = [
        ("filter[colour]=red", "unknown_filter", "colour"), ("sort=price", "unknown_sort", "price"),
        ("sort=date,-date", "unknown_sort", "date,-date"),
        ("colour=red", "unknown_parameter", "colour"), ("filter=x", "unknown_parameter", "filter"),
        ("page[size]=0", "out_of_range", "page[size]"),
        ("page[size]=501", "out_of_range", "500"), ("page[size]=ten", "out_of_range", "page[size]"),
        ("page[size]=-1", "out_of_range", "page[size]"),
        ("page[number]=0", "out_of_range", "page[number]"), ("page[number]=1000000001", "out_of_range", "1000000000"),
        ("page[number]=99999999999999999999", "out_of_range", "page[number]"),
        ("page[after]=x", "bad_cursor", "links.next"),
        ("page[after]=%25%25", "bad_cursor", "links.next"),
        ("page[after]=eHh4&page[number]=2", "two_places", "page[after]"),
        ("page[after]=MQpuMQ&sort=number", "bad_cursor", "links.next"),
        ("page[after]=MQpuMQpuMg", "bad_cursor", "links.next"),
        ("filter[date_from]=2023-02-30", "bad_filter", "date_from"), ("filter[date_to]=soon", "bad_filter", "date_to"),
        ("filter[total_from]=1e400", "bad_filter", "total_from"), ("filter[total_to]=NaN", "bad_filter", "total_to"),
        ("filter[total_to]=1.23456", "bad_filter", "total_to"), ("filter[]=1", "unknown_filter", "“”"),
    ]

    @Test(arguments: refusals)
    func `what is unknown or out of range is named`(query: String, code: String, named: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.get(
                "/api/orders?" + query.replacing("[", with: "%5B").replacing("]", with: "%5D"))
            #expect(answer.status == 400)
            #expect(try answer.code() == code)
            #expect(try answer.json()["detail"]?.text?.contains(named) == true)
        }
    }

    @Test(arguments: [
        "", "&sort=number", "&sort=-total,number", "&filter%5Bq%5D=ana",
        "&sort=updated_at&filter%5Bunit%5D=south%20%26%20east",
    ])
    func `links lead through every page, each order once`(rest: String) async throws {
        try await withAPI(try await shop()) { api in
            let whole = try Self.ids(try await api.get("/api/orders?page%5Bsize%5D=500" + rest))
            var next: String? = "/api/orders?page%5Bsize%5D=2" + rest
            var (walked, pages) = ([Int](), 0)
            while let link = next, pages < 20 {
                let answer = try await api.get(link)
                #expect(answer.status == 200)
                walked += try Self.ids(answer)
                next = try answer.json()["links"]?["next"]?.text
                #expect(try answer.json()["meta"]?["total"]?.number == Double(whole.count))
                pages += 1
            }
            #expect(walked == whole)
            #expect(pages == (whole.count + 1) / 2)
        }
    }

    @Test func `a page is where it was although orders came and went`() async throws {
        let clock = StillClock()
        let services = try await shop(clock: clock)
        try await withAPI(services) { api in
            let first = try await api.get("/api/orders?page%5Bsize%5D=4")
            let next = try #require(try first.json()["links"]?["next"]?.text)
            try await services.orders.delete("o-9", by: .test)
            _ = try await services.orders.register(.sample("o-99", date: clock.now), by: .test)
            #expect(try Self.ids(try await api.get(next)) == [8, 7, 6, 5])
        }
    }

    @Test func `a customer's orders, an order's activity, customers, products and statuses have pages too`()
        async throws
    {
        let services = try await shop()
        try await withAPI(services) { api in
            for index in 0..<5 {
                _ = try await api.post(
                    "/api/products", envelope(#"{"external_id":"p-\#(index)","name":"Product \#(index)","price":1.5}"#))
                _ = try await api.post("/api/orders", envelope(#"{"external_id":"o-1","number":"\#(index)"}"#))
            }
            for (path, total) in [
                ("customers/c-1/orders", 4), ("orders/o-1/activity", 8), ("customers", 3), ("products", 5),
                ("order-statuses", 13),
            ] {
                var next: String? = "/api/\(path)?page%5Bsize%5D=2"
                var (walked, pages) = ([String](), 0)
                while let link = next, pages < 20 {
                    let answer = try await api.get(link)
                    #expect(answer.status == 200, "\(link)")
                    walked += try answer.json()["data"]?.list.compactMap { $0["id"]?.text } ?? []
                    #expect(try answer.json()["meta"]?["total"]?.number == Double(total), "\(path)")
                    next = try answer.json()["links"]?["next"]?.text
                    pages += 1
                }
                #expect(walked.count == total && Set(walked).count == total, "\(path)")
                #expect(try await api.get("/api/\(path)?filter%5Bcolour%5D=red").code() == "unknown_filter")
                #expect(try await api.get("/api/\(path)?page%5Bafter%5D=!!").status == 400, "\(path)")
            }
        }
    }

    @Test(arguments: [
        String(repeating: "a ", count: 200), String(repeating: "x", count: 10_000), "%00", "' OR 1=1 --", "\u{10FFFF}",
        "é e\u{301}",
    ])
    func `any text can be searched for`(text: String) async throws {
        try await withAPI(try await shop()) { api in
            let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            for kind in ["orders", "customers", "products"] {
                let answer = try await api.get("/api/\(kind)?filter%5Bq%5D=" + escaped)
                #expect(answer.status == 200, "\(kind): \(answer.text)")
            }
        }
    }
}
