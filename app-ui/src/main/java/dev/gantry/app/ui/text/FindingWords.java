package dev.gantry.app.ui.text;

import dev.gantry.app.selftest.Finding;
import dev.gantry.app.selftest.Finding.Amount;
import dev.gantry.app.selftest.Grade;
import dev.gantry.app.selftest.Part;
import java.util.List;
import java.util.Locale;

/// What the self-test tells a person, from the bundle of the Hardware screen.
public final class FindingWords {
    private static final String PREFIX = "hardware.check.";

    private final Texts texts;

    /// @param texts with the words of the frame and of Hardware
    public FindingWords(Texts texts) {
        this.texts = texts;
    }

    /// In English, for commands.
    public static FindingWords english() {
        return new FindingWords(
                Texts.load(Locale.ENGLISH, List.of("/dev/gantry/app/ui/frame", "/dev/gantry/app/ui/hardware")));
    }

    public String name(Part part) {
        return texts.get(PREFIX + part.key());
    }

    public String grade(Grade grade) {
        return texts.get(PREFIX + "grade." + grade.name().toLowerCase(Locale.ROOT));
    }

    public String text(Finding finding) {
        return texts.format(
                key(finding), finding.amounts().stream().map(this::words).toArray());
    }

    /// What to do; empty where nothing is wrong.
    public String next(Finding finding) {
        String key = key(finding) + ".do";
        return texts.getOr(key, "");
    }

    private static String key(Finding finding) {
        return PREFIX + finding.part().key() + "." + finding.reason();
    }

    private String words(Amount amount) {
        return switch (amount) {
            case Finding.Bytes(long bytes) -> texts.numbers().bytes(bytes);
            case Finding.BytesPerSecond(long bytes) ->
                texts.format("hardware.per-second", texts.numbers().bytes(bytes));
            case Finding.Words(String text) -> texts.sentence(text);
        };
    }
}
