"""Invented words that seeded companies are made of."""

PLACES = (
    *("Alder", "Basalt", "Cobble", "Dunmore", "Eastgate", "Fernhill", "Granary", "Harrow"),
    *("Ironbridge", "Juniper", "Kestrel", "Larkfield", "Millrace", "Northwick", "Orchard"),
    *("Pinehurst", "Quarry", "Ravenna", "Saltmarsh", "Tidewater", "Upland", "Vantage"),
    *("Westholm", "Yarrow", "Zephyr", "Ashford", "Brightwater", "Copperfield", "Drayton"),
    *("Elmstead", "Foxglove", "Greystone", "Hollins", "Inverness", "Kingsley", "Lakemont"),
)
BUILDINGS = (
    *("Elementary School", "Medical Office", "Parking Structure", "Data Center", "Library"),
    *("Distribution Center", "Fire Station", "Apartments", "Water Treatment Plant", "Hotel"),
    *("Senior Living", "Community Center", "Lab Building", "Retail Center", "Courthouse"),
    *("Aquatics Center", "Warehouse", "Clinic", "Police Substation", "Student Housing"),
    *("Transit Hub", "Bank Branch", "Office Tower", "Church", "Cold Storage"),
)
WORKS = (
    *("", "", "", "", "", "Phase 1", "Phase 2", "Phase 3", "Addition", "Renovation", "Roofing"),
    *("Tenant Improvement", "Seismic Retrofit", "HVAC Replacement", "Site Work", "Expansion"),
)
CITIES = (
    *(("Boise", "ID"), ("Reno", "NV"), ("Tacoma", "WA"), ("Salem", "OR"), ("Provo", "UT")),
    *(("Fresno", "CA"), ("Tucson", "AZ"), ("Pueblo", "CO"), ("Billings", "MT"), ("Casper", "WY")),
)
STREETS = ("Main St", "Industrial Way", "Harbor Rd", "College Ave", "Mill Ln", "Depot St")
TRADES = (
    *("Concrete", "Steel", "Electric", "Plumbing", "Roofing", "Drywall", "Paving", "Glass"),
    *("Mechanical", "Painting", "Excavating", "Masonry", "Flooring", "Fire Protection"),
)
FORMS = ("Inc.", "LLC", "Co.", "Bros.", "& Sons", "Group", "Contractors")
STAGES = ("Bidding", "Pre-Construction", "Course of Construction", "Warranty", "Complete")
DIVISIONS: dict[str, tuple[str, ...]] = {
    "General Conditions": ("Supervision", "Permits", "Temporary Power", "Cleanup", "Safety"),
    "Site Work": ("Demolition", "Earthwork", "Paving", "Utilities", "Landscaping"),
    "Concrete": ("Formwork", "Rebar", "Footings", "Slab on Grade", "Tilt-up Panels"),
    "Masonry": ("Block", "Brick", "Stone", "Grout", "Cleaning"),
    "Metals": ("Structural Steel", "Joists", "Deck", "Stairs", "Railings"),
    "Wood": ("Rough Carpentry", "Finish Carpentry", "Millwork", "Trusses", "Sheathing"),
    "Moisture Protection": ("Waterproofing", "Insulation", "Roofing", "Flashing", "Sealants"),
    "Openings": ("Doors", "Frames", "Hardware", "Storefront", "Glazing"),
    "Finishes": ("Drywall", "Ceilings", "Flooring", "Tile", "Painting"),
    "Equipment": ("Lifts", "Kitchen", "Lab", "Dock", "Window Washing"),
    "Mechanical": ("Piping", "Plumbing Fixtures", "Ductwork", "Controls", "Fire Sprinklers"),
    "Electrical": ("Service", "Lighting", "Low Voltage", "Fire Alarm", "Generators"),
}
COST_TYPES = (
    *(("Labor", "L", "labor"), ("Equipment", "E", "equipment"), ("Materials", "M", "materials")),
    *(("Commitment", "S", "commitment"), ("Other", "O", "other")),
)
