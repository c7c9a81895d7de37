import Domain
import Foundation
import Platform
import TestSupport
import Testing

struct CustomerListAPITests {
    private static let people = #"""
        {"data":[
        {"attributes":{"external_id":"c-1","first_name":"Ana","last_name":"Silva","phone":"+351912345678","city":"Évora","country":"PT","consents":{"email":"subscribed"}}},
        {"attributes":{"external_id":"c-2","first_name":"Rui","last_name":"Costa","email":"rui@example.com","city":"Porto","country":"PT","consents":{"email":"unsubscribed","sms":"subscribed"}}},
        {"attributes":{"external_id":"c-3","first_name":"Eva","last_name":"Müller","city":"evora","country":"DE"}},
        {"attributes":{"external_id":"4"}}]}
        """#

    private func shop(_ clock: StillClock = StillClock()) async throws -> Services {
        let services = try await Services.test(clock: clock)
        try await withAPI(services) { api in
            let made = try await api.post("/api/customers", Self.people)
            #expect(made.status == 200)
            for (id, customer, sum) in [("o-1", "c-1", 30), ("o-2", "c-2", 10), ("o-3", "c-2", 15)] {
                let body =
                    #"{"external_id":"\#(id)","client_external_id":"\#(customer)","items_sum":\#(sum),"status_code":"completed"}"#
                #expect(try await api.post("/api/orders", envelope(body)).status == 201)
            }
        }
        return services
    }

    private static let filters: [(String, [String])] = [
        ("filter[city]=EVORA&sort=name", ["c-1", "c-3"]), ("filter[country]=pt&sort=name", ["c-1", "c-2"]),
        ("filter[country]=FR", []), ("filter[consents.email]=subscribed", ["c-1"]),
        ("filter[consents.email]=unknown&sort=name", ["4", "c-3"]),
        ("filter[consents.email]=subscribed,unsubscribed&filter[consents.sms]=subscribed", ["c-2"]),
        ("filter[has_orders]=true&sort=-orders.total", ["c-1", "c-2"]),
        ("filter[has_orders]=true&sort=-orders.count", ["c-2", "c-1"]),
        ("filter[has_orders]=false&sort=name", ["4", "c-3"]),
        ("filter[created_from]=2026-03-01&filter[created_to]=2026-03-01&sort=-name", ["c-2", "c-3", "c-1", "4"]),
        ("filter[created_from]=2026-03-02", []),
        ("filter[updated_from]=2026-03-01T12:00:00Z&filter[q]=muller", ["c-3"]),
        ("filter[q]=%2B351 912-345 (678)", ["c-1"]), ("filter[q]=00351.912.345.678", ["c-1"]),
        ("filter[q]=912 345 678", ["c-1"]), ("filter[q]=(0)912/345678", ["c-1"]), ("filter[q]=rui@ex", ["c-2"]),
        ("filter[q]=c-3", ["c-3"]), ("filter[q]=ana costa", []),
    ]

    @Test(arguments: filters)
    func `customers are filtered and sorted`(query: String, expected: [String]) async throws {
        try await withAPI(try await shop()) { api in
            let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "=&.,-_%"))
            let escaped = query.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
            let answer = try await api.get("/api/customers?" + escaped.replacing("%252B", with: "%2B"))
            #expect(answer.status == 200)
            #expect(try answer.json()["data"]?.list.compactMap { $0["id"]?.text } == expected)
            #expect(try answer.json()["meta"]?["total"]?.number == Double(expected.count))
        }
    }

    @Test func `pages go on where the last one ended, by number and by cursor`() async throws {
        try await withAPI(try await shop()) { api in
            for sort in ["name", "-orders.total,name", "-created_at"] {
                let all = try await api.get("/api/customers?sort=\(sort)").json()["data"]?.list.compactMap {
                    $0["id"]?.text
                }
                var (next, seen) = (Optional("/api/customers?sort=\(sort)&page[size]=1"), [String]())
                while let path = next {
                    let page = try await api.get(path.replacing("[", with: "%5B").replacing("]", with: "%5D")).json()
                    seen += page["data"]?.list.compactMap { $0["id"]?.text } ?? []
                    next = page["links"]?["next"]?.text
                }
                #expect(seen == all)
                let second = try await api.get("/api/customers?sort=\(sort)&page%5Bsize%5D=1&page%5Bnumber%5D=2").json()
                #expect(second["data"]?[0]?["id"]?.text == all?[1])
            }
        }
    }

    private static let wrong: [(String, String)] = [
        ("filter%5Bhas_orders%5D=maybe", "bad_filter"), ("filter%5Bconsents.email%5D=yes", "bad_filter"),
        ("filter%5Bcreated_from%5D=spring", "bad_filter"), ("filter%5Bshoe%5D=41", "unknown_filter"),
        ("sort=shoe", "unknown_sort"), ("sort=name,name", "unknown_sort"), ("page%5Bafter%5D=x", "bad_cursor"),
        ("page%5Bafter%5D=MQpuMQ&sort=name", "bad_cursor"), ("page%5Bsize%5D=0", "out_of_range"),
    ]

    @Test(arguments: wrong)
    func `a list that cannot be is refused by name`(query: String, code: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.get("/api/customers?" + query)
            #expect(answer.status == 400)
            #expect(try answer.code() == code)
        }
    }
}
