import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Carries batches to the server.
struct Post: Sendable {
    private let address: URL
    private let authorization: String
    private let session: URLSession

    init(_ configuration: Configuration) {
        address = configuration.server.appending(path: "v1/batch")
        authorization = "Basic " + Data("\(configuration.writeKey):".utf8).base64EncodedString()
        let setup = URLSessionConfiguration.ephemeral
        setup.httpCookieStorage = nil
        setup.urlCache = nil
        setup.timeoutIntervalForRequest = 30
        session = URLSession(configuration: setup)
    }

    /// Sends messages that are JSON already and answers what became of them.
    func send(_ messages: [Data], at date: Date) async -> Answer {
        var request = URLRequest(url: address)
        request.httpMethod = "POST"
        request.setValue(authorization, forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        let sent = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        request.httpBody =
            Data(#"{"batch":["#.utf8) + Data(messages.joined(separator: Data(",".utf8)))
            + Data(#"],"sentAt":"\#(sent)"}"#.utf8)
        do {
            let (body, response) = try await session.data(for: request)
            guard let response = response as? HTTPURLResponse else {
                return .later(.unreachable("This is no answer of a web server."), after: nil)
            }
            let retryAfter = response.value(forHTTPHeaderField: "Retry-After")
            return Answer(status: response.statusCode, body: body, retryAfter: retryAfter, at: date)
        } catch {
            return .later(.unreachable(error.localizedDescription), after: nil)
        }
    }

    /// Lets what is under way end, and nothing begin.
    func close() {
        session.finishTasksAndInvalidate()
    }
}
