import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Sends requests to addresses that somebody else chose (spec operations.md, "Security").
///
/// It calls no machine but those of the public internet unless that is allowed, follows no redirect, waits no longer
/// than ten seconds, and reads no more of an answer than its beginning.
package struct HTTPCourier: Sendable {
    private let allowsPrivateAddresses: Bool
    private let clients = PinnedClients()

    /// The longest a call may take.
    private static let limit = TimeAmount.seconds(10)
    /// The most of an answer that is kept, in bytes.
    private static let answerLimit = 1024

    /// What is sent.
    package struct Message: Sendable {
        package var url: String
        package var headers: [(name: String, value: String)]
        package var body: String

        package init(url: String, headers: [(name: String, value: String)], body: String) {
            (self.url, self.headers, self.body) = (url, headers, body)
        }
    }

    /// What became of it.
    package struct Outcome: Hashable, Sendable {
        /// The status that was answered; nil without an answer.
        package var status: Int64?
        /// Why there is no answer, in one sentence.
        package var failure: String?
        /// The beginning of the answer's body.
        package var answer: String?
        /// The seconds that the receiver asks to be left alone.
        package var retryAfter: Int64?
    }

    package init(allowsPrivateAddresses: Bool) { self.allowsPrivateAddresses = allowsPrivateAddresses }

    /// Sends a message by POST.
    ///
    /// - Parameter turn: Which of a host's addresses is called, where it has several: a try that failed is followed by
    ///   one at another.
    package func post(_ message: Message, turn: Int) async -> Outcome {
        guard let host = URL(string: message.url)?.host.map(Self.bare), !host.isEmpty else {
            return Outcome(failure: "This is not an address that can be called.")
        }
        let addresses: [String]
        do {
            addresses = try await checkedAddresses(of: host)
        } catch {
            return Outcome(failure: (error as? AddressResolver.Failure)?.reason ?? "\(error)")
        }
        return await clients.with(host, at: addresses[turn % addresses.count]) { client in
            await Self.send(message, by: client)
        }
    }

    /// Closes every connection.
    package func shutDown() async { await clients.shutDown() }

    /// A host's addresses; all of them must be such as may be called.
    private func checkedAddresses(of host: String) async throws -> [String] {
        let found = try await AddressResolver.addresses(of: host, within: .seconds(5))
        for (address, text) in found {
            guard address.isUnicast, allowsPrivateAddresses || address.isPublic else {
                throw AddressResolver.Failure(
                    reason: """
                        \(host) leads to \(text), which is not an address of the public internet: such are refused \
                        unless the setting webhooks.allowPrivateAddresses is on.
                        """
                )
            }
        }
        return found.map(\.text)
    }

    private static func send(_ message: Message, by client: HTTPClient) async -> Outcome {
        var request = HTTPClientRequest(url: message.url)
        request.method = .POST
        for (name, value) in message.headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(string: message.body))
        do {
            let response = try await client.execute(request, deadline: .now() + limit)
            var outcome = Outcome(status: Int64(response.status.code))
            outcome.retryAfter = response.headers.first(name: "Retry-After").flatMap { Int64($0) }
            if (300...399).contains(response.status.code) {
                outcome.failure = "The receiver answered with a redirect, and those are not followed."
            }
            outcome.answer = await excerpt(of: response.body)
            return outcome
        } catch {
            return Outcome(failure: sentence(error))
        }
    }

    /// The beginning of a body; what comes after is not read, and a body that breaks off is its beginning.
    private static func excerpt(of body: HTTPClientResponse.Body) async -> String? {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                bytes += part.readableBytesView.prefix(answerLimit - bytes.count)
                if bytes.count >= answerLimit { break }
            }
        } catch {
            // The status has come, and it alone decides.
        }
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { scalar in
            scalar == "\n" || !(scalar.value < 0x20 || scalar.value == 0x7f || scalar == "\u{FFFD}")
        }
        return scalars.isEmpty ? nil : String(String.UnicodeScalarView(scalars))
    }

    private static func sentence(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout: "The receiver could not be reached within 5 seconds."
        case .deadlineExceeded, .readTimeout: "The receiver did not answer within 10 seconds."
        case .remoteConnectionClosed: "The receiver closed the connection without an answer."
        case .tlsHandshakeTimeout: "The receiver did not finish the TLS handshake in time."
        default: "The receiver could not be reached: \(String("\(error)".prefix(200)))"
        }
    }

    private static func bare(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
