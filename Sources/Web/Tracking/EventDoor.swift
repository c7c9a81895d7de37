import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Platform

/// What the doors for events ask of whoever comes: a key, a page that may send, and patience.
///
/// Keys stand in the pages of shops, so they are no secrets: with one, events may be added at the rates here, and nothing
/// can be read.
struct EventDoor: Sendable {
    let tracking: TrackingService
    let surroundings: Surroundings
    /// Nil where the server has no limits.
    private let rates: (keys: RateLimiter, addresses: RateLimiter)?
    /// Wrong keys from one address: fifty at once, then five a second.
    private let guesses = RateLimiter(perSecond: 5, burst: 50)

    /// - Parameter requestsPerSecond: Of one key, and as a reserve five times as many; 0 is no limit.
    init(tracking: TrackingService, surroundings: Surroundings, requestsPerSecond: Int) {
        (self.tracking, self.surroundings) = (tracking, surroundings)
        let perSecond = Double(requestsPerSecond)
        // A browser sends twice a second at most; behind one address there may be a house full of them.
        rates =
            requestsPerSecond == 0
            ? nil
            : (
                RateLimiter(perSecond: perSecond, burst: perSecond * 5),
                RateLimiter(perSecond: min(perSecond, 50), burst: min(perSecond * 5, 500))
            )
    }

    /// The source whose key this is, if whoever sends may send now.
    ///
    /// - Parameter isBrowser: Whether a page must be named, since only pages send here.
    /// - Throws: 401, 403 or 429.
    func source(
        key: String?, _ request: Request, _ context: WebContext, isBrowser: Bool
    ) throws(Problem) -> EventSource {
        let now = surroundings.now()
        guard let key, let source = tracking.book.source(key: key) else {
            if let seconds = guesses.take(Self.network(context.address), at: now) {
                throw .tooManyRequests(retryAfter: seconds)
            }
            throw Problem(
                .unauthorized, "unknown_write_key", "Send a valid write key; see Settings, Event sources."
            )
        }
        let origin = request.headers[.origin]
        if let rates {
            // Servers send for all their customers; pages only for who looks at them.
            let isPage = isBrowser || origin != nil
            let slow = isPage ? rates.addresses.take(Self.network(context.address), at: now) : nil
            if let seconds = slow ?? rates.keys.take(source.code, at: now) {
                throw .tooManyRequests(retryAfter: seconds)
            }
        }
        guard source.isOn else {
            throw Problem(.forbidden, "source_off", "The event source “\(source.code)” is switched off.")
        }
        guard allows(source, origin, isBrowser: isBrowser) else {
            throw Problem(
                .forbidden, "origin_not_allowed",
                "This page's origin is not among the domains of the event source “\(source.code)”."
            )
        }
        return source
    }

    private func allows(_ source: EventSource, _ origin: String?, isBrowser: Bool) -> Bool {
        guard !source.domains.isEmpty else { return true }
        guard let origin else { return !isBrowser }
        return URL(string: origin)?.host().map(source.allows(host:)) ?? false
    }

    /// What counts as one sender: an address, or of IPv6 the network that a household has.
    static func network(_ address: String) -> String {
        let groups = address.split(separator: ":", omittingEmptySubsequences: false)
        // One that stands for an address of IPv4 ends in it.
        if let last = groups.last, groups.count == 1 || last.contains(".") { return String(last) }
        return groups.prefix(4).prefix { !$0.isEmpty }.joined(separator: ":")
    }
}

extension Problem {
    /// The answer where a body is not what the door takes; nil for what nobody foresaw.
    init?(atDoor error: any Error) {
        if let refusal = error as? Refusal {
            self = .badRequest(refusal.code, refusal.detail)
        } else if let problem = Problem(error) {
            self = problem
        } else {
            return nil
        }
    }
}
