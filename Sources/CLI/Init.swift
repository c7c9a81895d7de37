import ArgumentParser
import Domain
import Foundation
import Platform

/// The command `reorder init`.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a project without a browser, and prints the owner's password once."
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "The owner's email.")
    var owner: String

    @Option(name: .long, help: "The project's name.")
    var project = "My shop"

    @Option(name: .long, help: "The currency, ISO 4217.")
    var currency = "EUR"

    @Option(name: .long, help: "The time zone that days are counted in.")
    var timeZone = "UTC"

    @Option(name: .long, help: "The features to switch on, separated by commas: orders, receipts, promotions.")
    var features = "orders,receipts"

    @Flag(name: .long, help: "Adds the starter set of order statuses.")
    var starterStatuses = false

    @Flag(name: .long, help: "Lets orders make customers that nobody told of.")
    var createUnknownCustomers = false

    @Flag(name: .long, help: "Lets orders make statuses that nobody told of.")
    var createUnknownStatuses = false

    @Flag(name: .long, help: "Reads the password from standard input instead of making one.")
    var passwordStdin = false

    func run() async throws {
        let switched: Features
        do {
            switched = try Features.parse(features)
        } catch {
            throw ValidationError(error.all.map(\.detail).joined(separator: " "))
        }
        let given = passwordStdin ? try Password.fromStandardInput() : nil
        let password = given ?? Surroundings.live.token(length: 20)
        let project = Project(
            name: project, currency: currency, timeZoneName: timeZone, createsUnknownCustomers: createUnknownCustomers,
            createsUnknownStatuses: createUnknownStatuses, features: switched
        )
        try await data.withServices(needsProject: false) { services in
            try await services.accounts.setUp(
                project, email: owner, password: password, starterStatuses: starterStatuses
            )
        }
        if given == nil {
            Output.error("The project is made. The password of \(owner), shown this once:")
            Output.result(password)
        }
    }
}

enum Password {
    /// The first line of standard input.
    static func fromStandardInput() throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandFailure("No password came on standard input.")
        }
        return line
    }
}
