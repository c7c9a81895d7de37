import Delivery
import Testing

struct NetworkAddressTests {
    @Test(arguments: [
        [8, 8, 8, 8], [1, 1, 1, 1], [100, 63, 255, 255], [100, 128, 0, 0], [172, 15, 0, 1], [172, 32, 0, 1],
        [192, 167, 1, 1], [223, 255, 255, 255],
    ])
    func `addresses of the public internet may be called`(bytes: [UInt8]) {
        #expect(NetworkAddress(bytes: bytes).isPublic)
        #expect(NetworkAddress(bytes: bytes).isUnicast)
        #expect(NetworkAddress(bytes: Self.mapped(bytes)).isPublic)
    }

    @Test(arguments: [
        [0, 0, 0, 0], [0, 1, 2, 3], [10, 0, 0, 1], [100, 64, 0, 1], [100, 127, 255, 255], [127, 0, 0, 1],
        [127, 255, 255, 254], [169, 254, 169, 254], [172, 16, 0, 1], [172, 31, 255, 255], [192, 0, 0, 8],
        [192, 168, 1, 1], [198, 18, 0, 1], [198, 19, 255, 255], [224, 0, 0, 1], [240, 0, 0, 1], [255, 255, 255, 255],
    ])
    func `others are refused, also within an address of version 6`(bytes: [UInt8]) {
        #expect(!NetworkAddress(bytes: bytes).isPublic)
        #expect(!NetworkAddress(bytes: Self.mapped(bytes)).isPublic)
        #expect(!NetworkAddress(bytes: [0, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8) + bytes).isPublic)
        #expect(!NetworkAddress(bytes: [0x20, 0x02] + bytes + [UInt8](repeating: 0, count: 10)).isPublic)
        #expect(!NetworkAddress(bytes: [UInt8](repeating: 0, count: 12) + bytes).isPublic)
    }

    @Test(arguments: [
        [0, 0, 0, 0], [0xfe, 0x80, 0, 0], [0xfc, 0, 0, 0], [0xfd, 0x12, 0, 0], [0xfe, 0xc0, 0, 0], [0xff, 0x02, 0, 0],
        [0x20, 0x01, 0x0d, 0xb8], [0x20, 0x01, 0, 0], [0x01, 0, 0, 0], [0x40, 0, 0, 0],
    ])
    func `addresses of version 6 that are not given out to the public are refused`(start: [UInt8]) {
        let bytes = start + [UInt8](repeating: 0, count: 11) + [1]
        #expect(!NetworkAddress(bytes: bytes).isPublic)
    }

    @Test func `a public address of version 6 may be called`() {
        let bytes: [UInt8] = [0x2a, 0x00, 0x14, 0x50] + [UInt8](repeating: 0, count: 11) + [0x64]
        #expect(NetworkAddress(bytes: bytes).isPublic)
    }

    @Test(arguments: [[0, 0, 0, 0], [224, 0, 0, 1], [255, 255, 255, 255]])
    func `what is not one machine is never called`(bytes: [UInt8]) {
        #expect(!NetworkAddress(bytes: bytes).isUnicast)
        #expect(!NetworkAddress(bytes: Self.mapped(bytes)).isUnicast)
    }

    private static func mapped(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + bytes
    }
}
