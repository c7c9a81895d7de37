import Domain
import Testing

/// Codes that other readers were seen to read.
struct QRCodeTests {
    @Test func `a short text is a code of version 1`() throws {
        let code = try #require(QRCode("REORDER"))
        let rows = (0..<code.size).map { y in (0..<code.size).map { code[$0, y] ? "█" : "·" }.joined() }
        let golden = """
            ███████·█··█··███████
            █·····█··█·█··█·····█
            █·███·█··█·█··█·███·█
            █·███·█·█████·█·███·█
            █·███·█·█···█·█·███·█
            █·····█·█·██··█·····█
            ███████·█·█·█·███████
            ········█··██········
            █···█·███··█·█████··█
            ·█·█·█··█████····████
            █·██·███···█··███··█·
            ·····█·█··█··███····█
            ·██████████·███···███
            ········█···████·█··█
            ███████·███·██··█·██·
            █·····█··████···█··██
            █·███·█·█·██··██·██·█
            █·███·█···███·····███
            █·███·█··███··█·███··
            █·····█······████····
            ███████·█·█·████··█·█
            """
        #expect(rows.joined(separator: "\n") == golden)
    }

    @Test(arguments: [(1, 21), (14, 21), (15, 25), (84, 37), (106, 41), (152, 49), (213, 57), (331, 69)])
    func `the smallest version that holds the text is taken`(length: Int, size: Int) {
        #expect(QRCode(String(repeating: "x", count: length))?.size == size)
    }

    @Test func `what is too long is no code`() {
        #expect(QRCode(String(repeating: "x", count: 332)) == nil)
    }
}
