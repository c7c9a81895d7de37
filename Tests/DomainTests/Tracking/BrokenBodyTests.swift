import Domain
import Foundation
import Testing

/// Strangers may send anything: nothing of it ends the program, and what is taken keeps to its limits.
struct BrokenBodyTests {
    private static let tracker = """
        {"sent":1767225600000,"source":"online_store","events":[
        {"id":"0mjukv2o0000","visitor":"2f1c","session":"9b04","time":1767225599600,"type":"visit","url":"https://s.example/",
        "title":"Lark\\u00e9 \\ud83d\\ude00","referrer":""},
        {"id":"e2","visitor":"2f1c","time":1767225599600,"type":"container","action":"add","container":"cart",
        "line":{"product":"42","quantity":2,"price":9.99,"context":{"a":[1,2,{"b":null}]}}},
        {"id":"e3","visitor":"2f1c","type":"order","order":{"external_id":"7","items":[{"product_external_id":"1","cnt":1}]}},
        {"id":"e4","visitor":"2f1c","type":"identify","customer":{"external_id":"9","consents":{"email":"subscribed"}}},
        {"id":"e5","visitor":"2f1c","type":"event","name":"gift","context":{"deep":[[[[[[1]]]]]]}}]}
        """
    private static let batch = """
        {"batch":[{"type":"track","event":"Order Completed","messageId":"m1","userId":"1","timestamp":"2026-01-01T00:00:00Z",
        "properties":{"order_id":"7","total":1e2,"currency":"EUR","products":[{"product_id":"1","price":"9.999999","quantity":3}]}},
        {"type":"identify","userId":12,"traits":{"email":"a@b.example","address":{"city":"Porto"},"createdAt":1577836800000}},
        {"type":"track","event":"Cart Viewed","anonymousId":"a","properties":{"products":[{"sku":"1"},{"sku":"2"}]}},
        {"type":"page","anonymousId":"a","properties":{"url":"u"},"context":{"page":{"title":"t"},"sessionId":5}},
        {"type":"alias","userId":"1","previousId":"a"}],"sentAt":"2026-01-01T00:00:02+01:00","writeKey":"wk_x"}
        """

    /// A generator of the same numbers every time.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let tokens =
        [
            "{", "}", "[", "]", "\"", ",", ":", "null", "true", "-", "1e999", "99999999999999999999", "\\u0000",
            "\\ud83d",
            "\\", "\u{0}", "0.0000000001", "{\"type\":", "-1", "\"\"", "\u{2028}", "[[[[[[[[", "\"events\"",
            "\"batch\"",
        ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xed, 0xa0, 0x80]]

    private func broken(_ text: String, _ dice: inout Dice) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &dice) {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &dice))
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<bytes.count, using: &dice))
            case 3: bytes.removeSubrange(end...)
            default:
                bytes.replaceSubrange(place..<min(end, place + 3), with: Self.tokens.randomElement(using: &dice) ?? [])
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    @Test(arguments: [TrackedDoor.tracker, .segment])
    func `ten thousand broken bodies end nothing, and what is taken of them keeps to its limits`(_ door: TrackedDoor) {
        var dice = Dice(state: door == .tracker ? 0x9e37_79b9_7f4a_7c15 : 0xbf58_476d_1ce4_e5b9)
        var (forms, taken, refused) = (0, 0, 0)
        for _ in 0..<10_000 {
            let bytes = JSONMending.mended(broken(door == .tracker ? Self.tracker : Self.batch, &dice))
            var expected: Int?
            do {
                expected = try (door == .tracker ? TrackedEnvelope.tracker : TrackedEnvelope.batch)(bytes).messages
                forms += 1
            } catch {
                // The door would not let it in; whoever reads it all the same must live.
            }
            let results = door.messages(in: String(decoding: bytes, as: UTF8.self), .sample)
            if let expected { #expect(results.count >= expected) }
            if let expected, door == .tracker { #expect(results.count == expected) }
            for result in results {
                switch result {
                case .success(let message):
                    taken += 1
                    check(message)
                case .failure(let refusal):
                    refused += 1
                    #expect((refusal.sample?.count ?? 0) <= TrackedRefusal.sampleLimit)
                }
            }
        }
        // The bodies are broken enough, and not so much that nothing is tested.
        #expect(forms > 300 && taken > 1000 && refused > 1000, "\(forms) \(taken) \(refused)")
    }

    private func check(_ message: TrackedMessage) {
        for name in [message.id, message.visitor, message.customer, message.session] {
            #expect((name?.unicodeScalars.count ?? 0) <= TrackedMessage.keyLimit + 2)
        }
        #expect((0...TrackedReading.sample.receivedAt.milliseconds).contains(message.time.milliseconds))
        switch message.call {
        case .event(let event), .order(_, let event):
            #expect(!event.name.isEmpty && event.name.count <= EventName.codeLimit)
            guard let context = event.context else { return }
            #expect(context.utf8.count <= TrackedEventCall.contextLimit)
            #expect(throws: Never.self) { try JSONReader.read(Array(context.utf8)) { try $0.skip() } }
        default: break
        }
    }

    @Test(arguments: [
        (#"{"a":"x\ud83d"}"#, #"{"a":"x\ufffd"}"#),
        (#"{"a":"\ude00\ud83d\ude00\ud83d"}"#, #"{"a":"\ufffd\ud83d\ude00\ufffd"}"#),
        (#"{"a":"\uD83Dx\u0000"}"#, #"{"a":"\ufffdx\ufffd"}"#),
        (#"{"a":"\ud83d\u0041"}"#, #"{"a":"\ufffd\u0041"}"#),
        (#"{"a":"\\ud83d \\\ud83d"}"#, #"{"a":"\\ud83d \\\ufffd"}"#),
        (#"{"a":"\u00e9 \ud83d\ude00 \u12"}"#, #"{"a":"\u00e9 \ud83d\ude00 \u12"}"#),
        (#"{"a":"\ud83d\"#, #"{"a":"\ufffd\"#),
    ])
    func `halves of characters are replaced, and nothing else`(_ text: String, _ mended: String) {
        #expect(String(decoding: JSONMending.mended(Array(text.utf8)), as: UTF8.self) == mended)
    }
}
