import Synchronization
import Templating
import Testing

/// No template takes more than it may.
struct LimitTests {
    private let numbers: TemplateFields = [
        "many": .list((0..<101).map { .number(TemplateNumber($0)) }),
        "long": .text(String(repeating: "abcdefgh", count: 40_000)),
        "longs": .list((0..<50).map { _ in .text(String(repeating: "x", count: 20_000)) }),
    ]

    private func message(_ text: String, _ kind: TemplateKind = .text, clock: (@Sendable () -> Int64)? = nil) throws
        -> String
    {
        let rendering = try Template(text, as: kind).render(numbers, TemplateSettings(now: 0, clock: clock))
        guard case .exceeded(let fault) = rendering.end else { return "\(rendering.end)" }
        #expect(rendering.bytes.count < 2 << 20)
        return fault.message
    }

    @Test func `ten thousand turns are the most, of all loops together`() throws {
        let inner = "{% for a in many %}{% for b in many %}{% endfor %}{% endfor %}"
        #expect(try message(inner).hasPrefix("More than 10000 turns"))
        #expect(try message("{% for a in many | first:98 %}{% for b in many %}{% endfor %}{% endfor %}") == "whole")
    }

    @Test(arguments: [
        "{{ long }}{{ long }}", "{% for a in many %}{{ long }}{% endfor %}",
        "{{ long | replace:\"a\",\"aaaaaaaaaaaaaaaaaaaaaaaaaa\" }}",
        "{{ longs | join }}", "{{ longs | join | length }}",
    ]) func `half a megabyte is the most`(text: String) throws {
        #expect(try message(text).contains("longer than 512 KB"))
        #expect(try message("<p>\(text)</p>", .html).contains("longer than 512 KB"))
    }

    @Test func `two hundred milliseconds are the most`() throws {
        // A clock that goes on by 5 ms each time it is looked at.
        let now = Mutex<Int64>(0)
        let clock: @Sendable () -> Int64 = {
            now.withLock { time in
                time += 5
                return time
            }
        }
        let text = "{% for a in many %}{% for b in many | first:90 %}{{ a }}{% endfor %}{% endfor %}"
        #expect(try message(text, clock: clock).contains("more than 200 ms"))
        #expect(try message("{{ many | length }}", clock: clock) == "whole")
    }

    @Test func `warnings are bounded`() throws {
        let text = (0..<300).map { "{{ missing\($0) }}" }.joined()
        #expect(try rendering(text).warnings.count == 100)
    }
}
