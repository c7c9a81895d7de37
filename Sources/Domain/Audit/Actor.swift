/// Who does something, as the audit log names them.
package struct Actor: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case user, key, cli, system
    }

    package enum Channel: String, CaseIterable, Hashable, Sendable {
        case screen, api, cli, system
    }

    package var kind: Kind
    /// A user's email, a key's name, or what part of the program it is.
    package var name: String
    package var channel: Channel
    /// The network address the request came from.
    package var address: String?

    package init(_ kind: Kind, _ name: String, _ channel: Channel, address: String? = nil) {
        (self.kind, self.name, self.channel, self.address) = (kind, name, channel, address)
    }

    /// Somebody at the command line of the server.
    package static let cli = Actor(.cli, "reorder", .cli)
    /// The program by itself.
    package static let system = Actor(.system, "Reorder", .system)

    package static func user(_ email: String, address: String?) -> Actor {
        Actor(.user, email, .screen, address: address)
    }
}
