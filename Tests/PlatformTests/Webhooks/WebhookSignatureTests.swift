import Domain
import Platform
import Testing

struct WebhookSignatureTests {
    @Test func `the signature is the one that Standard Webhooks prints`() {
        let signature = WebhookSignature.standard(
            #"{"test": 2432232314}"#, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        (#"{"a":1}"#, "a17d2ac229d1ebbb5f10e839c7985c4818e5986eab297f7e5979196d4d7d3ed2"),
        (#"{"a\"b":1}"#, "f7cf97814a03146abedb9793f56e1dec34f618f82d10395310d053f749483ffb"),
    ])
    func `the other signature is the one that Voucherify's receivers check`(body: String, expected: String) {
        #expect(WebhookSignature.voucherify(body, secret: "secretKey") == expected)
    }
}
