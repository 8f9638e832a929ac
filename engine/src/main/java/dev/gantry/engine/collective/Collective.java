package dev.gantry.engine.collective;

/// What ranks do together, in the words of messages.
public enum Collective {
    ALL_REDUCE("all-reduce"),
    ALL_GATHER("all-gather"),
    REDUCE_SCATTER("reduce-scatter"),
    BROADCAST("broadcast"),
    BARRIER("barrier"),
    OPEN_WINDOW("open a window"),
    WINDOW("window"),
    HAND_OVER("hand-over");

    private final String words;

    Collective(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
