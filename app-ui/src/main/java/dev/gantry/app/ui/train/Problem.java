package dev.gantry.app.ui.train;

import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A setting that keeps a run from starting.
///
/// @param path empty when it is not one setting
/// @param words what is wrong, in the user's language
record Problem(String path, String words) {
    private static final Pattern SETTING = Pattern.compile("^([a-z][a-z_0-9]*(?:\\.[a-z_0-9]+)*)(?: is|:)");
    private static final Pattern LEAST = Pattern.compile("; it must be (\\S+) or more$");
    private static final Pattern ABOVE = Pattern.compile("; it must be above (\\S+)$");
    private static final Pattern WITHIN = Pattern.compile("; it must be at least (\\S+) and below (\\S+)$");
    private static final Pattern DIVIDES = Pattern.compile("; it must divide \\S+ (\\S+)$");

    /// What the settings' own checks say.
    static Problem of(GantryException refused, Texts texts) {
        Matcher setting = SETTING.matcher(refused.why());
        String path = setting.find() ? setting.group(1) : "";
        return new Problem(path, words(refused.why(), texts));
    }

    private static String words(String why, Texts texts) {
        Matcher rule = LEAST.matcher(why);
        if (rule.find()) {
            return texts.format("train.rule.least", rule.group(1));
        }
        rule = ABOVE.matcher(why);
        if (rule.find()) {
            return texts.format("train.rule.above", rule.group(1));
        }
        rule = WITHIN.matcher(why);
        if (rule.find()) {
            return texts.format("train.rule.within", rule.group(1), rule.group(2));
        }
        rule = DIVIDES.matcher(why);
        return rule.find() ? texts.format("train.rule.divides", rule.group(1)) : texts.sentence(why);
    }

    /// A text that cannot be read as its field wants it.
    static Problem unreadable(SettingField field, Texts texts) {
        String key = switch (field.kind()) {
            case WHOLE -> "train.rule.whole";
            case DECIMAL -> "train.rule.decimal";
            case TABLE -> "train.rule.table";
            case SWITCH, CHOICE, TEXT, LIST, LINES -> "train.rule.text";
        };
        return new Problem(field.path(), texts.get(key));
    }
}
