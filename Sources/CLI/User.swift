import ArgumentParser
import Domain
import Foundation
import Platform

/// The command `reorder user`; works beside a running server.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Sees to the people who sign in.",
        subcommands: [
            List.self, Add.self, Role.self, ResetPassword.self, Deactivate.self, Activate.self, Remove.self,
            ResetSecondFactor.self,
        ]
    )

    static let roles = User.Role.allCases.map(\.rawValue).joined(separator: ", ")

    /// - Throws: `ValidationError` naming the roles there are.
    static func role(_ text: String) throws -> User.Role {
        guard let role = User.Role(rawValue: text) else {
            throw ValidationError("There is no role “\(text)”. Known are: \(roles).")
        }
        return role
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the users.")

        @OptionGroup var data: DataOptions

        @Flag(name: .long, help: "Prints JSON.")
        var json = false

        func run() async throws {
            let users = try await data.withServices(ownsData: false) { try $0.users.users() }
            guard !json else { return Output.result(Self.json(users)) }
            for user in users {
                let factor = user.hasSecondFactor ? "second factor" : "password only"
                Output.result([user.email, user.role.rawValue, user.state.rawValue, factor].joined(separator: "\t"))
            }
        }

        private static func json(_ users: [User]) -> String {
            var writer = JSONWriter()
            writer.array { writer in
                for user in users {
                    writer.object { writer in
                        writer.field("created_at", user.createdAt)
                        writer.field("email", user.email)
                        writer.field("role", user.role.rawValue)
                        writer.field("second_factor", user.hasSecondFactor)
                        writer.field("signed_in_at", user.signedInAt)
                        writer.field("state", user.state.rawValue)
                    }
                }
            }
            return writer.text
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Adds a user, and prints the password once.")

        @OptionGroup var data: DataOptions

        @Argument(help: "The user's email.")
        var email: String

        @Option(name: .long, help: "One of: \(UserCommand.roles).")
        var role = User.Role.marketer.rawValue

        @Flag(name: .long, help: "Reads the password from standard input instead of making one.")
        var passwordStdin = false

        func run() async throws {
            let role = try UserCommand.role(role)
            let given = passwordStdin ? try Password.fromStandardInput() : nil
            let password = given ?? Surroundings.live.token(length: 20)
            _ = try await data.withServices(ownsData: false) { services in
                try await services.users.add(email: email, role: role, password: password, by: .cli)
            }
            if given == nil { Output.result(password) }
        }
    }

    struct Role: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Changes a user's role.")

        @OptionGroup var data: DataOptions

        @Argument(help: "The user's email.")
        var email: String

        @Argument(help: "One of: \(UserCommand.roles).")
        var role: String

        func run() async throws {
            let role = try UserCommand.role(role)
            try await data.withUser(email) { users, user in
                try await users.changeRole(of: user.id, to: role, by: .cli)
            }
        }
    }

    struct ResetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets a new password, signs the user out everywhere, and prints it once.",
            aliases: ["set-password"]
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "The user's email.")
        var email: String

        @Flag(name: .long, help: "Reads the password from standard input instead of making one.")
        var passwordStdin = false

        func run() async throws {
            let given = passwordStdin ? try Password.fromStandardInput() : nil
            let password = given ?? Surroundings.live.token(length: 20)
            try await data.withServices(ownsData: false) { services in
                try await services.users.setPassword(password, email: email)
            }
            if given == nil { Output.result(password) }
        }
    }

    struct Deactivate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keeps a user from signing in, and signs the user out everywhere."
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "The user's email.")
        var email: String

        func run() async throws {
            try await data.withUser(email) { users, user in try await users.setActive(false, user.id, by: .cli) }
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a deactivated user sign in again.")

        @OptionGroup var data: DataOptions

        @Argument(help: "The user's email.")
        var email: String

        func run() async throws {
            try await data.withUser(email) { users, user in try await users.setActive(true, user.id, by: .cli) }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes a user; what history says of the user stays."
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "The user's email.")
        var email: String

        func run() async throws {
            try await data.withUser(email) { users, user in try await users.remove(user.id, by: .cli) }
        }
    }

    struct ResetSecondFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turns a user's second factor off, for who has lost the phone and the recovery codes."
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "The user's email.")
        var email: String

        func run() async throws {
            try await data.withUser(email) { users, user in try await users.resetSecondFactor(of: user.id, by: .cli) }
        }
    }
}

extension DataOptions {
    /// Runs `body` with the user of an email.
    fileprivate func withUser(_ email: String, _ body: (UserService, User) async throws -> Void) async throws {
        try await withServices(ownsData: false) { services in
            try await body(services.users, try services.users.user(email: email))
        }
    }
}
