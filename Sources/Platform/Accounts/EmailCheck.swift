import Domain
import Foundation

/// Emails that people sign in with.
enum EmailCheck {
    /// As it is kept and looked up.
    static func canonical(_ email: String) -> String {
        email.trimmingCharacters(in: .whitespaces).lowercased()
    }

    static func faults(_ email: String) -> [Fault] {
        let read = try? FieldType.email.read(text: canonical(email), ReadingContext(zone: .gmt))
        guard read.flatMap({ $0 }) == nil else { return [] }
        return [Fault("/email", "not_an_email", "This must be an e-mail address, such as ana@example.com.")]
    }
}

/// What a browser says of itself, in two words.
package enum Browser {
    private static let browsers = [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]

    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]

    /// `Firefox on Linux`; what is not known is “Unknown browser”.
    package static func name(_ agent: String) -> String {
        let browser = browsers.first { agent.contains($0.0) }?.1 ?? "Unknown browser"
        guard let system = systems.first(where: { agent.contains($0.0) })?.1 else { return browser }
        return "\(browser) on \(system)"
    }
}
