import Foundation

/// What a server's answer means for the events of a batch.
enum Answer: Equatable, Sendable {
    /// They are stored.
    case taken
    /// They never will be.
    case refused(status: Int, code: String?, message: String?)
    /// There are too many of them in one body.
    case tooLarge
    /// They may be, another time: after so many seconds, where the server says it.
    case later(ReorderError, after: Double?)

    /// No server may ask for more patience than this.
    static let longestWait = 3600.0

    init(status: Int, body: Data, retryAfter: String?, at date: Date) {
        switch status {
        case 200..<300: self = .taken
        case 413: self = .tooLarge
        case 400, 401, 403:
            // A proxy may answer something else than the server's JSON; then the status has to say enough.
            let problem = try? JSONDecoder().decode(Problem.self, from: body)
            self = .refused(status: status, code: problem?.code, message: problem?.message)
        default:
            self = .later(.unavailable(status: status), after: Self.seconds(retryAfter, at: date))
        }
    }

    private struct Problem: Decodable {
        var code: String?
        var message: String?
    }

    private static func seconds(_ text: String?, at date: Date) -> Double? {
        guard let text = text?.trimmingCharacters(in: .whitespaces) else { return nil }
        guard let seconds = Double(text) ?? httpDate(text)?.timeIntervalSince(date), seconds > 0 else { return nil }
        return min(seconds, longestWait)
    }

    private static func httpDate(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text)
    }
}
