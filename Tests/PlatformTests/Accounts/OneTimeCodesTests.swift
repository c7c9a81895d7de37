import Domain
import Platform
import Testing

/// RFC 6238, appendix B: the codes of its secret, at six digits.
struct OneTimeCodesTests {
    private static let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func `a code is that of the standard`(second: Int64, code: String) {
        #expect(OneTimeCodes.code(Self.secret, at: Instant(milliseconds: second * 1000)) == code)
    }

    @Test func `an app reads the address`() {
        let address = OneTimeCodes.address(secret: "ABC", email: "ana@example.com", issuer: "Larkspur & Sons")
        #expect(
            address == "otpauth://totp/Larkspur%20%26%20Sons:ana@example.com?secret=ABC&issuer=Larkspur%20%26%20Sons"
        )
    }
}
