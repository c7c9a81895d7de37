import Foundation

/// What was called, before it is known whether and on whose behalf it is sent.
struct Draft: Sendable {
    enum Kind: Sendable {
        case identify(userID: String, traits: [String: JSONValue])
        case track(String, properties: [String: JSONValue])
        case screen(String, properties: [String: JSONValue])
        case signOut
    }

    var kind: Kind
    var id: String
    var date: Date

    /// What errors call it.
    var name: String {
        switch kind {
        case .identify: "identify"
        case .track(let name, _), .screen(let name, _): name
        case .signOut: "logged_out"
        }
    }

    /// The message of this draft on a user's behalf, as the server takes it.
    func message(of identity: Identity) throws -> Data {
        var message = Message(
            type: "track", messageId: id, timestamp: date.formatted(Message.timestamp),
            anonymousId: identity.anonymousID, userId: identity.userID, context: Message.context
        )
        switch kind {
        case .identify(_, let traits):
            (message.type, message.traits) = ("identify", traits)
        case .track(let name, let properties):
            (message.event, message.properties) = (name, properties)
        case .screen(let name, let properties):
            (message.type, message.name, message.properties) = ("screen", name, properties)
        case .signOut:
            message.event = name
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(message)
    }
}

/// A message of the Segment convention; the names of its members are theirs.
private struct Message: Encodable {
    static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    static let context: [String: JSONValue] = ["library": ["name": "ReorderClient", "version": "1.0.0"]]

    var type: String
    var messageId: String
    var timestamp: String
    var anonymousId: String?
    var userId: String?
    var event: String?
    var name: String?
    var properties: [String: JSONValue]?
    var traits: [String: JSONValue]?
    var context: [String: JSONValue]
}
