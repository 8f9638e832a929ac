package dev.gantry.zoo.checkpoint;

import dev.gantry.engine.GantryException;
import java.nio.file.Path;

/// Makes the refusals of files that are damaged, hostile or of an unknown sort.
public final class BadFile {
    /// What helps against damage.
    public static final String FETCH_AGAIN = "Fetch the file again and compare its size with the source's.";

    private BadFile() {}

    /// A file that is damaged.
    public static GantryException damaged(Path file, String why) {
        return refused("MODEL-FILE-DAMAGED", file, why, FETCH_AGAIN);
    }

    /// A file that cannot be used for another reason.
    public static GantryException refused(String code, Path file, String why, String nextStep) {
        return GantryException.badInput(code, "cannot use " + file, why, nextStep);
    }

    /// A name out of a file, shortened and without control characters, fit to be shown.
    public static String shown(String name) {
        String clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 200 ? clean : clean.substring(0, 200) + "...";
    }
}
