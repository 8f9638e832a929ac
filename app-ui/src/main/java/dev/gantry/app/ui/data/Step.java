package dev.gantry.app.ui.data;

import java.util.List;
import java.util.Locale;

/// The steps from a file to training data, in order.
enum Step {
    /// What kind of file it is and what its rows mean.
    DETECT,
    /// Which column holds what.
    MAP,
    /// What is wrong with rows, how long they are, what of them is learned.
    CHECK,
    /// What is held back, and the name it is remembered under.
    SPLIT;

    private static final List<Step> ORDER = List.of(DETECT, MAP, CHECK, SPLIT);

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// From 1.
    int number() {
        return ORDER.indexOf(this) + 1;
    }

    Step next() {
        return ORDER.get(Math.min(number(), ORDER.size() - 1));
    }

    Step before() {
        return ORDER.get(Math.max(number() - 2, 0));
    }
}
