import Crypto
import Domain
import Foundation

/// The codes that an app on a phone shows (RFC 6238: SHA-1, six digits, a step of thirty seconds).
package enum OneTimeCodes {
    private static let stepSeconds: Int64 = 30
    /// Steps before and after now whose codes are taken too, for clocks that differ.
    private static let drift: Int64 = 1
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// A secret of 160 bits as apps take it, in base32.
    static func secret(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var (bits, count) = (0, 0)
        for byte in bytes {
            bits = (bits << 8 | Int(byte)) & 0xffff
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[bits >> count & 31])
            }
        }
        if count > 0 { text.append(alphabet[bits << (5 - count) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a secret; what is not base32 is left out.
    private static func bytes(_ secret: String) -> [UInt8] {
        var result: [UInt8] = []
        var (bits, count) = (0, 0)
        for character in secret.utf8 {
            guard let digit = alphabet.firstIndex(of: character) else { continue }
            bits = (bits << 5 | digit) & 0xffff
            count += 5
            if count >= 8 {
                count -= 8
                result.append(UInt8(bits >> count & 0xff))
            }
        }
        return result
    }

    /// The code of a moment.
    package static func code(_ secret: String, at now: Instant) -> String { code(secret, step: step(now)) }

    /// The step whose code `text` is, later than the last one taken; nil when it is none.
    ///
    /// - Parameter last: The step of the last code that was taken: a code serves once.
    static func step(of text: String, secret: String, at now: Instant, after last: Int64?) -> Int64? {
        let digits = Array(text.utf8.filter { $0 != UInt8(ascii: " ") })
        let current = step(now)
        var found: Int64?
        // All are compared, so that the time tells nothing.
        for candidate in (current - drift)...(current + drift)
        where Passwords.equal(digits, Array(code(secret, step: candidate).utf8)) && candidate > last ?? .min {
            found = candidate
        }
        return found
    }

    private static func step(_ now: Instant) -> Int64 { now.milliseconds / 1000 / stepSeconds }

    private static func code(_ secret: String, step: Int64) -> String {
        let message = withUnsafeBytes(of: UInt64(bitPattern: step).bigEndian) { Data($0) }
        let hash = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: bytes(secret)))
        )
        let offset = Int(hash[hash.count - 1] & 15)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - text.count) + text
    }

    /// The address that an app reads from a picture.
    package static func address(secret: String, email: String, issuer: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~@")
        let name = issuer.addingPercentEncoding(withAllowedCharacters: allowed) ?? "Reorder"
        let account = email.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        return "otpauth://totp/\(name):\(account)?secret=\(secret)&issuer=\(name)"
    }
}
