package dev.gantry.app.ui.train;

import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One setting of a run, found in the records that `gantry train` reads, so that the form has every one of them.
///
/// @param path as the file says it: `lora.r`
/// @param options of a choice, as the file says them
record SettingField(String path, Kind kind, List<String> options) {
    /// The section of settings that stand by themselves.
    static final String RUN = "run";

    /// What the screen asks for elsewhere.
    private static final Set<String> ELSEWHERE = Set.of("stage", "model", "data.path");

    private static final List<SettingField> ALL = all(TrainConfig.class, "");

    /// How a setting is written.
    enum Kind {
        WHOLE,
        DECIMAL,
        SWITCH,
        CHOICE,
        TEXT,
        /// Words with commas between.
        LIST,
        /// One text a line.
        LINES,
        /// `name=value`, with commas between.
        TABLE
    }

    /// Every setting, in the order of the records.
    static List<SettingField> all() {
        return ALL;
    }

    static SettingField of(String path) {
        return ALL.stream()
                .filter(field -> field.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no setting " + path));
    }

    /// The sections in order.
    static List<String> sections() {
        return ALL.stream().map(SettingField::section).distinct().toList();
    }

    /// The id of its field; dots mean something else in a style sheet.
    String id() {
        return "train-" + path.replace('.', '-');
    }

    String section() {
        int dot = path.indexOf('.');
        return dot < 0 ? RUN : path.substring(0, dot);
    }

    private static List<SettingField> all(Class<?> type, String prefix) {
        List<SettingField> fields = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + TrainConfigJson.key(component.getName());
            Class<?> of = component.getType();
            if (of.isRecord() && of.getSimpleName().endsWith("Section")) {
                fields.addAll(all(of, path + "."));
            } else if (!ELSEWHERE.contains(path)) {
                fields.add(new SettingField(path, kind(path, component), options(of)));
            }
        }
        return List.copyOf(fields);
    }

    private static Kind kind(String path, RecordComponent component) {
        Class<?> type = component.getType();
        if (type == Integer.class || type == Long.class) {
            return Kind.WHOLE;
        }
        if (type == Double.class) {
            return Kind.DECIMAL;
        }
        if (type == Boolean.class) {
            return Kind.SWITCH;
        }
        if (type.isEnum()) {
            return Kind.CHOICE;
        }
        if (type == Map.class) {
            return Kind.TABLE;
        }
        if (type == List.class) {
            return path.endsWith("prompts") ? Kind.LINES : Kind.LIST;
        }
        return Kind.TEXT;
    }

    private static List<String> options(Class<?> type) {
        if (type == Boolean.class) {
            return List.of("true", "false");
        }
        Object[] constants = type.getEnumConstants();
        return constants == null
                ? List.of()
                : Arrays.stream(constants)
                        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                        .toList();
    }
}
