import ArgumentParser
import Domain
import Foundation
import Platform

/// `reorder key`; works beside a running server.
struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes, lists and ends the keys of programs.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a key, and prints it once.")

        @OptionGroup var data: DataOptions

        @Argument(help: "What the key is for, as history will name it.")
        var name: String

        @Option(
            name: .long,
            help: "What it may do, separated by commas: \(Scope.allCases.map(\.rawValue).joined(separator: ", "))."
        )
        var scopes: String?

        @Option(name: .long, help: "secret, or write for a public tracker key.")
        var kind = Kind.secret

        @Option(name: .long, help: "The event source that a public key lets in (default: \(EventSource.systemCode)).")
        var source: String?

        @Option(name: .long, help: "After how many days it ends (default: never).")
        var days: Int?

        @Flag(name: .long, help: "Prints JSON with the key and its halves.")
        var json = false

        func run() async throws {
            switch kind {
            case .secret:
                guard source == nil else { throw ValidationError("Only a public key (--kind write) has a source.") }
                try await makeSecret()
            case .write:
                guard scopes == nil, days == nil else {
                    throw ValidationError(
                        "A public tracker key only writes events, until it is revoked: leave --scopes and --days out.")
                }
                try await makePublic()
            }
        }

        private func makeSecret() async throws {
            let scopes = try Scope.parse(scopes ?? "")
            let made = try await data.withServices(ownsData: false) { services in
                let end = days.map { services.surroundings.now().adding(seconds: Int64($0) * 86_400) }
                return try await services.keys.create(name: name, scopes: scopes, expiresAt: end)
            }
            guard json else { return Output.result(made.text) }
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("app_id", made.key.code)
                writer.field("app_token", made.secret)
                writer.field("id", made.key.code)
                writer.field("key", made.text)
            }
            Output.result(writer.text)
        }

        private func makePublic() async throws {
            let code = source ?? EventSource.systemCode
            let made = try await data.withServices(ownsData: false) { services in
                try await services.tracking.addKey(to: code, named: name, by: .cli)
            }
            guard let key = made.keys.first else { throw CommandFailure("The key was not made.") }
            guard json else { return Output.result(key.text) }
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("id", key.text)
                writer.field("key", key.text)
                writer.field("source", code)
            }
            Output.result(writer.text)
        }
    }

    /// Who may know a key.
    enum Kind: String, ExpressibleByArgument {
        case secret, write
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the keys, without their secrets.")

        @OptionGroup var data: DataOptions

        @Flag(name: .long, help: "Prints JSON.")
        var json = false

        func run() async throws {
            let (keys, sources, now) = try await data.withServices(ownsData: false) { services in
                (try services.keys.keys(), services.tracking.book.sources, services.surroundings.now())
            }
            guard !json else { return Output.result(Self.json(keys, sources, at: now)) }
            for key in keys {
                let state = key.revokedAt != nil ? "revoked" : key.isValid(at: now) ? "valid" : "expired"
                let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: ",")
                Output.result([key.code, state, Kind.secret.rawValue, scopes, key.name].joined(separator: "\t"))
            }
            for source in sources {
                for key in source.keys {
                    Output.result(
                        [key.text, "valid", Kind.write.rawValue, source.code, key.name].joined(separator: "\t"))
                }
            }
        }

        private static func json(_ keys: [APIKey], _ sources: [EventSource], at now: Instant) -> String {
            var writer = JSONWriter()
            writer.array { writer in
                for key in keys {
                    writer.object { writer in
                        writer.field("created_at", key.createdAt)
                        writer.field("expires_at", key.expiresAt)
                        writer.field("id", key.code)
                        writer.field("kind", Kind.secret.rawValue)
                        writer.field("last_used_at", key.lastUsedAt)
                        writer.field("name", key.name)
                        writer.field("revoked_at", key.revokedAt)
                        writer.array("scopes") { writer in
                            for scope in key.scopes.map(\.rawValue).sorted() { writer.value(scope) }
                        }
                        writer.field("valid", key.isValid(at: now))
                    }
                }
                for source in sources {
                    for key in source.keys {
                        writer.object { writer in
                            writer.field("created_at", key.createdAt)
                            writer.field("id", key.text)
                            writer.field("kind", Kind.write.rawValue)
                            writer.field("name", key.name)
                            writer.field("source", source.code)
                            writer.field("valid", true)
                        }
                    }
                }
            }
            return writer.text
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends a key; a server notices within two seconds.")

        @OptionGroup var data: DataOptions

        @Argument(help: "The key's id, as “key list” shows it.")
        var id: String

        func run() async throws {
            let wasRevoked = try await data.withServices(ownsData: false) { services in
                guard id.hasPrefix(WriteKey.prefix) else { return try await services.keys.revoke(code: id) }
                guard let source = services.tracking.book.source(key: id) else { return false }
                _ = try await services.tracking.revoke(id, of: source.code, by: .cli)
                return true
            }
            guard wasRevoked else { throw CommandFailure("There is no valid key with the id “\(id)”.") }
        }
    }
}
