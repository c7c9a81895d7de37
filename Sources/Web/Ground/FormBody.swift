import Domain
import Foundation
import Hummingbird

/// What a form sends: names may repeat, and an absent checkbox means off.
struct FormBody {
    private let fields: QueryItems

    init(_ text: String) { fields = QueryItems(text) }

    /// The largest form that is taken, in bytes.
    private static let limit = 1 << 20

    /// Reads the form of a page that is open to everybody.
    init(_ request: Request) async throws {
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw Problem(.unsupportedMediaType, "not_a_form", "Send the form as the page does.")
        }
        self.init(String(buffer: try await request.body(upTo: Self.limit)))
    }

    /// Reads the form of a signed-in page.
    ///
    /// - Throws: 403 when it does not carry the session's token, and so was not made by a page of this session.
    init(_ request: Request, _ session: Session) async throws {
        try await self.init(request)
        guard self["_csrf"] == session.csrf else {
            throw Problem(
                .forbidden, "stale_form",
                "This page is from before you signed in. Load it anew, and send the form again."
            )
        }
    }

    /// The first value of a name, without spaces around it; an empty one counts as absent.
    subscript(name: String) -> String? {
        guard let value = fields[name]?.trimmingCharacters(in: .whitespacesAndNewlines), !value.isEmpty else {
            return nil
        }
        return value
    }

    /// The value as it was typed; `""` when it is absent.
    func raw(_ name: String) -> String { fields[name] ?? "" }

    /// All values of a name that are not empty.
    func all(_ name: String) -> [String] { fields.all(name) }

    /// Whether a checkbox is on.
    func isOn(_ name: String) -> Bool { fields[name] != nil }

    /// The names that were sent, in their order.
    var names: [String] { fields.items.map(\.name) }
}
