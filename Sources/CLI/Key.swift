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
        var kind = "secret"

        @Option(name: .long, help: "After how many days it ends (default: never).")
        var days: Int?

        @Flag(name: .long, help: "Prints JSON with the key and its halves.")
        var json = false

        func run() async throws {
            guard let kind = APIKey.Kind(rawValue: kind) else {
                throw ValidationError("The kind must be secret or write, not “\(kind)”.")
            }
            guard kind == .secret || scopes == nil else {
                throw ValidationError("A public tracker key only writes events: leave --scopes out.")
            }
            let scopes: Set<Scope> = kind == .write ? [] : try Scope.parse(scopes ?? "")
            let made = try await data.withServices(ownsData: false) { services in
                let end = days.map { services.surroundings.now().adding(seconds: Int64($0) * 86_400) }
                return try await services.keys.create(name: name, kind: kind, scopes: scopes, expiresAt: end)
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
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the keys, without their secrets.")

        @OptionGroup var data: DataOptions

        @Flag(name: .long, help: "Prints JSON.")
        var json = false

        func run() async throws {
            let (keys, now) = try await data.withServices(ownsData: false) { services in
                (try services.keys.keys(), services.surroundings.now())
            }
            guard !json else { return Output.result(Self.json(keys, at: now)) }
            for key in keys {
                let state = key.revokedAt != nil ? "revoked" : key.isValid(at: now) ? "valid" : "expired"
                let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: ",")
                Output.result([key.code, state, key.kind.rawValue, scopes, key.name].joined(separator: "\t"))
            }
        }

        private static func json(_ keys: [APIKey], at now: Instant) -> String {
            var writer = JSONWriter()
            writer.array { writer in
                for key in keys {
                    writer.object { writer in
                        writer.field("created_at", key.createdAt)
                        writer.field("expires_at", key.expiresAt)
                        writer.field("id", key.code)
                        writer.field("kind", key.kind.rawValue)
                        writer.field("last_used_at", key.lastUsedAt)
                        writer.field("name", key.name)
                        writer.field("revoked_at", key.revokedAt)
                        writer.array("scopes") { writer in
                            for scope in key.scopes.map(\.rawValue).sorted() { writer.value(scope) }
                        }
                        writer.field("valid", key.isValid(at: now))
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
                try await services.keys.revoke(code: id)
            }
            guard wasRevoked else { throw CommandFailure("There is no valid key with the id “\(id)”.") }
        }
    }
}
