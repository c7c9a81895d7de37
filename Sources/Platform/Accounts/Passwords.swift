import Crypto
import CryptoExtras
import Domain
import Foundation

/// Hashes what people and programs prove themselves with (spec operations.md, "Security").
package enum Passwords {
    /// The shortest password that is taken, in characters.
    static let shortest = 12

    private static let rounds = 1 << 15

    /// A hash that says how it was made: `scrypt$32768$8$1$SALT$KEY`.
    static func hash(_ password: String, salt: [UInt8]) throws -> String {
        let key = try derive(password, salt: salt, rounds: rounds)
        return "scrypt$\(rounds)$8$1$\(Data(salt).base64EncodedString())$\(key.base64EncodedString())"
    }

    /// What is wrong with a new password.
    static func faults(_ password: String, field: String = "password") -> [Fault] {
        guard password.count < shortest else { return [] }
        return [Fault("/\(field)", "too_short", "Use at least \(shortest) characters.")]
    }

    /// The hash of a password that nobody has.
    static let nobody = "scrypt$32768$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

    /// Whether `password` is the one that was hashed; takes the same time whether it is or not.
    static func verify(_ password: String, _ hash: String) throws -> Bool {
        let parts = hash.split(separator: "$")
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]),
            let salt = Data(base64Encoded: String(parts[4])), let expected = Data(base64Encoded: String(parts[5]))
        else { return false }
        return equal(try derive(password, salt: Array(salt), rounds: rounds), expected)
    }

    /// Hash of a secret that is random and long, where a slow hash would add nothing.
    package static func fastHash(_ secret: String) -> String {
        SHA256.hash(data: Data(secret.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Compares without telling by its time where two texts part.
    static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ password: String, salt: [UInt8], rounds: Int) throws -> Data {
        try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: 32, rounds: rounds, blockSize: 8, parallelism: 1
        ).withUnsafeBytes { Data($0) }
    }
}
