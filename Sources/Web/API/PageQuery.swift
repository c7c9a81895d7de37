import Domain
import Foundation
import Hummingbird

/// The paging, sorting and filtering that an address of a collection asks for (spec README, "Conventions").
struct PageQuery {
    static let standardSize = 50
    static let largestSize = 500
    private static let lastNumber = 1_000_000_000

    let size: Int
    /// From 1; nil with a cursor.
    let number: Int?
    /// The opaque text of `page[after]`.
    let after: String?
    let sort: String?
    let filters: [String: String]
    private let path: String
    private let items: [(name: String, value: String)]

    /// - Parameter known: The filters that the collection has; nil where its description was looked at already.
    /// - Throws: 400 that names what is unknown or out of range.
    init(_ request: Request, filters known: Set<String>? = nil, sorts: Bool = true) throws {
        path = request.uri.path
        items = QueryItems(request).items
        var (size, number, after, sort) = (Self.standardSize, nil as Int?, nil as String?, nil as String?)
        var filters: [String: String] = [:]
        for (name, value) in items {
            switch name {
            case "page[size]": size = try Self.integer(value, name, 1...Self.largestSize)
            case "page[number]": number = try Self.integer(value, name, 1...Self.lastNumber)
            case "page[after]": after = value.isEmpty ? nil : value
            case "sort" where sorts: sort = value
            default:
                guard name.hasPrefix("filter["), name.hasSuffix("]") else {
                    throw Problem.badRequest("unknown_parameter", "There is no parameter “\(name)” here.")
                }
                let filter = String(name.dropFirst(7).dropLast())
                if let known, !known.contains(filter) {
                    let names = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
                    throw Problem.badRequest("unknown_filter", "There is no filter “\(filter)”. Known are: \(names).")
                }
                if !value.isEmpty { filters[filter] = value }
            }
        }
        if number != nil, after != nil {
            throw Problem.badRequest("two_places", "Send page[number] or page[after], not both.")
        }
        (self.size, self.number, self.after, self.sort, self.filters) = (size, number, after, sort, filters)
    }

    /// How many rows come before the page.
    var offset: Int { ((number ?? 1) - 1) * size }

    /// The same for a collection whose cursors count rows.
    func offset(decoding cursor: String?) throws -> Int {
        guard let cursor else { return offset }
        guard let number = Int(try Cursor.decode(cursor)), (0...Self.lastNumber).contains(number) else {
            throw Cursor.invalid
        }
        return number
    }

    var selfLink: String { link(items) }

    /// The address of the page after a row.
    func nextLink(after cursor: String?) -> String? {
        guard let cursor else { return nil }
        return link(items.filter { $0.name != "page[after]" && $0.name != "page[number]" } + [("page[after]", cursor)])
    }

    private func link(_ items: [(name: String, value: String)]) -> String {
        guard !items.isEmpty else { return path }
        return path + "?"
            + items.map { "\(QueryItems.encode($0.name))=\(QueryItems.encode($0.value))" }.joined(separator: "&")
    }

    private static func integer(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Problem.badRequest(
                "out_of_range", "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }
}

/// Opaque texts for places in a collection.
enum Cursor {
    static func encode(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    /// - Throws: 400 when the text is not one of ours.
    static func decode(_ text: String) throws -> String {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let data = Data(base64Encoded: base64), let decoded = String(data: data, encoding: .utf8) else {
            throw invalid
        }
        return decoded
    }

    static let invalid = Problem.badRequest("bad_cursor", "page[after] must be taken from links.next as it stands.")
}
