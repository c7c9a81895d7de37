import Crypto
import Domain
import Foundation

/// What the product takes from the world: the time, and chance.
///
/// Handed in, so that tests can hold both still.
package struct Surroundings: Sendable {
    package var now: @Sendable () -> Instant
    /// So many bytes that nobody can guess.
    package var randomBytes: @Sendable (Int) -> [UInt8]

    package init(now: @escaping @Sendable () -> Instant, randomBytes: @escaping @Sendable (Int) -> [UInt8]) {
        (self.now, self.randomBytes) = (now, randomBytes)
    }

    /// The machine's clock and random numbers.
    package static let live = Surroundings(
        now: { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) },
        randomBytes: { count in SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes(Array.init) }
    )

    /// A random text of letters and digits that a person can copy, with about six bits a character.
    package func token(length: Int) -> String {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        var characters: [UInt8] = []
        while characters.count < length {
            // Bytes past the last whole round of the alphabet would favour its first letters.
            for byte in randomBytes(length) where Int(byte) < 256 / alphabet.count * alphabet.count {
                characters.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return String(decoding: characters.prefix(length), as: UTF8.self)
    }
}
