/// One category of the made-up shop, with its products and their prices in cents.
struct SampleShelf: Sendable {
    let category: String
    let prefix: String
    /// What one piece weighs.
    let grams: Int64
    var isConsumable = false
    let products: [(String, Int64)]

    static let all = [
        blackTea, greenTea, herbalTea, coffeeBeans, groundCoffee, teapots, coffeeMakers, cups, pantry, linen,
    ]

    private static let blackTea = SampleShelf(
        category: "black-tea",
        prefix: "BLK",
        grams: 100,
        isConsumable: true,
        products: [
            ("Harbour Breakfast", 690), ("Assam Second Flush", 890), ("Smoked Pine", 950), ("Earl of Alfama", 790),
            ("Ceylon Highland", 820), ("Darjeeling First Light", 1490), ("Vanilla Sail", 780), ("Keemun Hollow", 1250),
            ("Orange & Clove", 760), ("Masala Road", 840), ("Yunnan Gold Bud", 1690), ("Decaf Evening Black", 880),
        ]
    )

    private static let greenTea = SampleShelf(
        category: "green-tea",
        prefix: "GRN",
        grams: 100,
        isConsumable: true,
        products: [
            ("Azores Garden Green", 990), ("Sencha Morning", 1150), ("Jasmine Veil", 1090), ("Gunpowder Mint", 740),
            ("Dragon Well", 1890), ("Toasted Rice", 930), ("Matcha for Lattes 50 g", 1790), ("Matcha Stone 30 g", 2690),
            ("Lemon Grass Green", 820), ("White Peony", 1590), ("Oolong Amber", 1390), ("Milk Oolong", 1490),
        ]
    )

    private static let herbalTea = SampleShelf(
        category: "herbal-tea",
        prefix: "HRB",
        grams: 80,
        isConsumable: true,
        products: [
            ("Lemon Verbena", 590), ("Chamomile Meadow", 620), ("Peppermint Leaf", 560), ("Rooibos Cape", 720),
            ("Rooibos Caramel", 780), ("Hibiscus & Rose Hip", 640), ("Ginger Turmeric", 750), ("Sleepy Linden", 690),
            ("Berry Orchard", 710), ("Fennel & Anise", 580), ("Children's Apple", 650), ("Alpine Herbs", 730),
        ]
    )

    private static let coffeeBeans = SampleShelf(
        category: "coffee-beans",
        prefix: "BEA",
        grams: 250,
        isConsumable: true,
        products: [
            ("House Espresso 250 g", 890), ("House Espresso 1 kg", 2990), ("Lighthouse Blend 250 g", 980),
            ("Ethiopia Washed 250 g", 1290), ("Colombia Honey 250 g", 1190), ("Brazil Natural 250 g", 990),
            ("Guatemala Valley 250 g", 1240), ("Kenya Peaberry 250 g", 1490), ("Night Shift Dark 250 g", 920),
            ("Decaf Sugarcane 250 g", 1090), ("São Tomé Reserve 250 g", 1690), ("Sumatra Wet-Hulled 250 g", 1340),
        ]
    )

    private static let groundCoffee = SampleShelf(
        category: "ground-coffee",
        prefix: "GRD",
        grams: 250,
        isConsumable: true,
        products: [
            ("Filter Morning 250 g", 850), ("Moka Corner 250 g", 870), ("Press Pot Coarse 250 g", 890),
            ("Cold Brew Bags ×6", 1090), ("Drip Sachets ×10", 1190), ("Hazelnut Ground 250 g", 940),
            ("Cardamom Ground 250 g", 960), ("Decaf Filter 250 g", 990), ("Compostable Capsules ×20", 890),
            ("Strong Capsules ×20", 890), ("Office Pack 5 × 250 g", 3690), ("Barley Coffee 200 g", 540),
        ]
    )

    private static let teapots = SampleShelf(
        category: "teapots",
        prefix: "POT",
        grams: 900,
        products: [
            ("Stoneware Teapot 1 l", 4490), ("Glass Teapot with Strainer", 3290), ("Cast-Iron Teapot 0.8 l", 6900),
            ("Porcelain Teapot 0.5 l", 3890), ("Travel Tea Flask", 2790), ("Gooseneck Kettle", 7490),
            ("Enamel Kettle 2 l", 5290), ("Electric Kettle, Variable", 8900), ("Tea Warmer", 1990),
            ("Fine Mesh Strainer", 890), ("Bamboo Whisk", 1590), ("Tea Scale 0.1 g", 2490),
        ]
    )

    private static let coffeeMakers = SampleShelf(
        category: "coffee-makers",
        prefix: "MAK",
        grams: 1100,
        products: [
            ("Moka Pot, 3 Cups", 2790), ("Moka Pot, 6 Cups", 3490), ("French Press 1 l", 3290),
            ("Ceramic Dripper", 2190), ("Pour-Over Set", 4690), ("Hand Grinder, Steel Burrs", 7900),
            ("Electric Grinder", 12_900), ("Milk Frother", 2490), ("Espresso Tamper", 2290),
            ("Paper Filters ×100", 590),
            ("Cold Brew Jug", 3190), ("Espresso Machine, Lever", 38_900),
        ]
    )

    private static let cups = SampleShelf(
        category: "cups",
        prefix: "CUP",
        grams: 320,
        products: [
            ("Speckled Mug", 1490), ("Espresso Cups, Pair", 1890), ("Cappuccino Cup", 1290),
            ("Double-Wall Glass", 1190),
            ("Travel Mug 350 ml", 2490), ("Tea Bowl, Ash Glaze", 1690), ("Cup and Saucer, Blue Rim", 2190),
            ("Children's Mug, Whale", 1290), ("Latte Bowl", 1590), ("Tasting Set of Four", 4290),
            ("Water Carafe", 2690),
            ("Saucers, Set of Two", 1390),
        ]
    )

    private static let pantry = SampleShelf(
        category: "pantry",
        prefix: "PAN",
        grams: 300,
        isConsumable: true,
        products: [
            ("Almond Biscuits", 490), ("Orange Blossom Honey", 890), ("Fig Jam", 590), ("Dark Chocolate 70 %", 420),
            ("Sea Salt Caramels", 650), ("Raw Cane Sugar Cubes", 340), ("Oat Shortbread", 460), ("Quince Paste", 520),
            ("Spiced Nuts", 610), ("Oat Drink, Barista 1 l", 290), ("Cocoa for Drinking", 790),
            ("Gift Box, Afternoon", 3490),
        ]
    )

    private static let linen = SampleShelf(
        category: "linen",
        prefix: "LIN",
        grams: 250,
        products: [
            ("Tea Towel, Striped", 1290), ("Tea Towel, Azulejo", 1490), ("Linen Napkins ×4", 2990),
            ("Table Runner", 3490),
            ("Oven Mitt", 1590), ("Apron, Slate", 3290), ("Tea Cosy", 2390), ("Cork Coasters ×6", 1190),
            ("Bread Basket", 1990), ("Market Bag", 1690), ("Serving Tray, Oak", 4490), ("Storage Tin 250 g", 990),
        ]
    )
}
