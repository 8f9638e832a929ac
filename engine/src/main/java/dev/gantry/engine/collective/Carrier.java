package dev.gantry.engine.collective;

/// How bytes come from the memory of one rank into that of another.
public enum Carrier {
    /// All ranks compute in memory of the process.
    MEMORY("memory of the process"),
    /// The driver of graphics cards copies from card to card.
    DRIVER("copies of the driver"),
    /// NCCL gathers, the driver copies the rest.
    NCCL("NCCL, and copies of the driver");

    private final String words;

    Carrier(String words) {
        this.words = words;
    }

    /// In words for people.
    public String words() {
        return words;
    }
}
