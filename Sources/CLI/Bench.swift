import ArgumentParser
import Domain
import Foundation
import Platform

/// The command `reorder bench`: what this machine and its disk make of the program.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Measures this machine with a made-up shop in a directory beside the data, which is removed afterwards.",
        discussion: "It works through the services that the API calls; network and encoding are not in the figures."
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "How many orders the made-up shop has.")
    var orders = 20_000

    @Option(name: .long, help: "How many seconds each rate is measured for.")
    var seconds = 3

    @Flag(name: .long, help: "Prints JSON.")
    var json = false

    func validate() throws {
        guard (100...10_000_000).contains(orders) else { throw ValidationError("Ask for 100 to 10000000 orders.") }
        guard (1...600).contains(seconds) else { throw ValidationError("Ask for 1 to 600 seconds.") }
    }

    func run() async throws {
        let settings = try await Settings.read(Settings.Flags(data: data.data))
        // Beside the data, since it is that disk which is asked about.
        let folder = "\(settings.data).bench-\(Surroundings.live.token(length: 8))"
        let services = try await Services.open(folder)
        defer {
            services.close()
            do {
                try FileManager.default.removeItem(atPath: folder)
            } catch {
                Output.error("\(folder) could not be removed: \(error.localizedDescription)")
            }
        }
        let figures = try await SpeedTrial(services, orders: orders, span: .seconds(seconds)).run()
        Output.result(json ? Self.json(figures) : figures.map(Self.text).joined(separator: "\n"))
    }

    private static func text(_ figure: SpeedTrial.Figure) -> String {
        let value = String(figure.value)
        return String(repeating: " ", count: max(10 - value.count, 0)) + "\(value) \(figure.unit)  \(figure.name)"
    }

    private static func json(_ figures: [SpeedTrial.Figure]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for figure in figures {
                writer.object { writer in
                    writer.field("name", figure.name)
                    writer.field("unit", figure.unit)
                    writer.field("value", figure.value)
                }
            }
        }
        return writer.text
    }
}
