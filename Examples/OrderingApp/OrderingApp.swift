import Foundation
import ReorderClient

/// A shop in the terminal that tells a Reorder server what its user does: an example of `ReorderClient`.
///
///     ordering-app https://reorder.example WRITE_KEY ./ordering-app-data
///
/// It reads one command a line, as an app would react to taps. End it at any moment, be it with `kill -9`, and start it
/// again: what was not sent yet is sent then.
@main struct OrderingApp {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let server = URL(string: arguments[1]) else {
            print("usage: ordering-app SERVER WRITE_KEY FOLDER\n\n\(help)")
            return
        }
        var configuration = Configuration(
            server: server, writeKey: arguments[2], folder: URL(filePath: arguments[3], directoryHint: .isDirectory))
        configuration.onError = { error in print("trouble: \(error)") }
        let client = ReorderClient(configuration)
        while let line = readLine() {
            await run(line.split(separator: " ").map(String.init), on: client)
        }
        await flush(client)
    }

    private static let help = """
        view PRODUCT            look at a product
        add PRODUCT [PRICE]     put it into the cart
        drop PRODUCT            take it out again
        order NUMBER            place an order
        sign-in CUSTOMER        sign in, with the shop's identifier of a customer
        sign-out                sign out
        consent yes|no          agree to being known, or don't
        flush                   send what waits, and say when the server has it
        """

    private static func run(_ words: [String], on client: ReorderClient) async {
        let word = words.count > 1 ? words[1] : ""
        switch words.first {
        case "view": client.track("product_viewed", properties: ["product": .text(word)])
        case "add":
            let price = words.count > 2 ? Decimal(string: words[2]) : nil
            client.container.add(.init(word, price: price))
        case "drop": client.container.remove(word)
        case "order": client.order(word)
        case "sign-in": client.identify(word)
        case "sign-out": client.reset()
        case "consent": client.consent(word == "yes")
        case "flush": await flush(client)
        default: print(help)
        }
    }

    private static func flush(_ client: ReorderClient) async {
        do {
            try await client.flush()
            print("sent")
        } catch {
            print("not sent: \(error)")
        }
    }
}
