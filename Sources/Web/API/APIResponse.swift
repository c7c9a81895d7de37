import Domain
import HTTPTypes
import Hummingbird

/// Answers of the native API (spec README, "Conventions").
extension Response {
    static func json(
        _ status: HTTPResponse.Status = .ok, capacity: Int = 1024, headers: HTTPFields = [:],
        _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter(capacity: capacity)
        writer.object(body)
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(bytes: writer.bytes))
    }

    /// What became of each element of a list, in its order.
    static func list<Element>(
        _ results: [Result<Element, Faults>], _ write: (Element, inout JSONWriter) -> Void
    ) -> Response {
        .json(capacity: 256 + results.count * 512) { writer in
            writer.array("data") { writer in
                for (index, result) in results.enumerated() {
                    switch result {
                    case .success(let element): write(element, &writer)
                    case .failure(let faults): faults.write(at: index, &writer)
                    }
                }
            }
            writer.object("meta") { $0.field("count", Int64(results.count)) }
        }
    }

    static let noContent = Response(status: .noContent)
}

/// A page of a collection as the API answers it.
struct CollectionAnswer {
    var total: Int
    /// The address that was asked.
    var selfLink: String
    /// The address of the next page; nil on the last.
    var nextLink: String?

    /// Writes `{"data":[…],"links":{…},"meta":{…}}` with `elements` as the data.
    func response<Element>(_ elements: [Element], _ write: (Element, inout JSONWriter) -> Void) -> Response {
        .json(capacity: 2048 + elements.count * 1024) { writer in
            writer.array("data") { writer in
                for element in elements { write(element, &writer) }
            }
            writer.object("links") { writer in
                if let nextLink { writer.field("next", nextLink) }
                writer.field("self", selfLink)
            }
            writer.object("meta") { writer in
                writer.field("count", Int64(elements.count))
                writer.field("total", Int64(total))
            }
        }
    }
}

extension Faults {
    /// Writes what is wrong with one element of a list.
    func write(at index: Int, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.array("errors") { writer in
                for fault in all {
                    writer.object { writer in
                        writer.field("code", fault.code)
                        writer.field("detail", fault.detail)
                        // Rules know the attribute, and not which element of a list it is of.
                        let pointer = fault.pointer.replacing("/data/attributes", with: "/data/\(index)/attributes")
                        writer.field("pointer", pointer)
                    }
                }
            }
            writer.object("meta") { $0.field("status", 422) }
        }
    }
}
