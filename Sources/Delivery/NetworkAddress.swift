/// An address of the internet protocol, version 4 or 6.
package struct NetworkAddress: Hashable, Sendable {
    /// Four bytes, or sixteen.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether it leads to a machine of the public internet.
    ///
    /// Everything else is refused to those who name addresses for the server to call: what is reached from the server's
    /// own network is not theirs to reach.
    package var isPublic: Bool { bytes.count == 4 ? Self.isPublic(version4: bytes) : isPublicVersion6 }

    /// Whether one machine can be called by it at all.
    package var isUnicast: Bool {
        let inner = embedded ?? bytes
        guard inner.count == 4 else { return inner[0] != 0xff && inner.contains { $0 != 0 } }
        return inner[0] != 0 && inner[0] < 224
    }

    private static let reserved4: [(prefix: [UInt8], bits: Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
        ([192, 0, 2], 24), ([192, 88, 99], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24),
        ([203, 0, 113], 24), ([224], 4), ([240], 4),
    ]

    private static let reserved6: [(prefix: [UInt8], bits: Int)] = [
        // Tunnels and special purposes, documentation, and what only one site knows.
        ([0x20, 0x01, 0x00], 23), ([0x20, 0x01, 0x0d, 0xb8], 32), ([0x3f, 0xff, 0x00], 20),
    ]

    private static func isPublic(version4 bytes: [UInt8]) -> Bool {
        !reserved4.contains { matches(bytes, $0.prefix, $0.bits) }
    }

    private var isPublicVersion6: Bool {
        if let embedded { return Self.isPublic(version4: embedded) }
        // Of version 6 only 2000::/3 is given out to the public.
        return bytes[0] & 0xe0 == 0x20 && !Self.reserved6.contains { Self.matches(bytes, $0.prefix, $0.bits) }
    }

    /// The address of version 4 that one of version 6 stands for: mapped, compatible, translated (64:ff9b::/96) or
    /// tunnelled (2002::/16).
    private var embedded: [UInt8]? {
        guard bytes.count == 16 else { return nil }
        if Self.matches(bytes, [0x20, 0x02], 16) { return Array(bytes[2..<6]) }
        let isTranslated = Self.matches(bytes, [0x00, 0x64, 0xff, 0x9b] + Array(repeating: 0, count: 8), 96)
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        let isCompatible = bytes[..<12].allSatisfy { $0 == 0 } && bytes[12...14].contains { $0 != 0 }
        return isTranslated || isMapped || isCompatible ? Array(bytes[12...]) : nil
    }

    private static func matches(_ bytes: [UInt8], _ prefix: [UInt8], _ bits: Int) -> Bool {
        for bit in 0..<bits {
            let wanted = bit / 8 < prefix.count ? prefix[bit / 8] : 0
            if (bytes[bit / 8] ^ wanted) & (0x80 >> UInt8(bit % 8)) != 0 { return false }
        }
        return true
    }
}
