package dev.gantry.app.ui.train;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.run.RunJson;
import dev.gantry.lora.train.config.DataSection;
import dev.gantry.lora.train.config.Stage;
import dev.gantry.lora.train.config.TrainConfig;
import dev.gantry.lora.train.config.TrainConfigJson;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The form as it stands: what was chosen, over what the goal and the data bring, over what is left to be chosen.
///
/// @param model its folder; null before one was chosen
/// @param parameters of the model; 0 before one was chosen
/// @param data with what was chosen when it was checked; null before one was chosen
/// @param changes by path, as they were typed; an empty text leaves the setting to be chosen
record Draft(
        Stage stage,
        @Nullable String model,
        long parameters,
        @Nullable DataSection data,
        Goal goal,
        Map<String, String> changes) {
    static final Draft EMPTY = new Draft(Stage.SFT, null, 0, null, Goal.CHAT, Map.of());

    Draft {
        changes = Collections.unmodifiableMap(new TreeMap<>(changes));
    }

    /// The form that gives exactly `config`.
    static Draft of(TrainConfig config, long parameters) {
        return new Draft(
                config.stage(),
                config.model(),
                parameters,
                DataSection.of(config.data().path()),
                Goal.OWN,
                SettingText.flat(config));
    }

    Draft withStage(Stage value) {
        return new Draft(value, model, parameters, data, goal, changes);
    }

    Draft withModel(String folder, long count) {
        return new Draft(stage, folder, count, data, goal, changes);
    }

    Draft withData(DataSection value) {
        return new Draft(stage, model, parameters, value, goal, changes);
    }

    /// Another goal, with its own length and its own values; what else was chosen by hand stays.
    Draft withGoal(Goal value) {
        Map<String, String> kept = new HashMap<>(changes);
        kept.keySet().removeAll(value.values(parameters).keySet());
        kept.keySet().removeIf(path -> path.startsWith("duration."));
        return new Draft(stage, model, parameters, data, value, kept);
    }

    /// Sets one setting; the text that it has anyway takes a change back.
    Draft with(String path, String text) {
        Map<String, String> now = new HashMap<>(changes);
        if (text.equals(base(path))) {
            now.remove(path);
        } else {
            now.put(path, text);
        }
        return new Draft(stage, model, parameters, data, goal, now);
    }

    Draft with(Map<String, String> settings) {
        Draft draft = this;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            draft = draft.with(setting.getKey(), setting.getValue());
        }
        return draft;
    }

    /// Takes one change back.
    Draft reset(String path) {
        return with(path, base(path));
    }

    Draft resetAll() {
        return new Draft(stage, model, parameters, data, goal, Map.of());
    }

    /// What goal and data bring.
    private Map<String, String> base() {
        Map<String, String> base = new TreeMap<>(goal.values(parameters));
        DataSection brought = data;
        if (brought != null) {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.set("data", RunJson.PRETTY.valueToTree(brought));
            base.putAll(SettingText.flat(root));
        }
        return base;
    }

    String base(String path) {
        return base().getOrDefault(path, "");
    }

    /// The text in a field; empty when the setting is left to be chosen.
    String text(String path) {
        return changes.getOrDefault(path, base(path));
    }

    /// Settings that differ from what goal and data bring.
    Set<String> changed() {
        Map<String, String> base = base();
        Set<String> changed = new TreeSet<>();
        changes.forEach((path, text) -> {
            if (!text.equals(base.getOrDefault(path, ""))) {
                changed.add(path);
            }
        });
        return changed;
    }

    /// Settings whose text is not written as they want it.
    Set<String> unreadable() {
        Set<String> unreadable = new TreeSet<>();
        changes.forEach((path, text) -> {
            if (!text.isBlank() && SettingText.read(SettingField.of(path), text).isEmpty()) {
                unreadable.add(path);
            }
        });
        return unreadable;
    }

    boolean isComplete() {
        return model != null && data != null;
    }

    /// What `gantry train` would read; complete drafts only.
    ///
    /// @throws GantryException naming the setting that is wrong
    TrainConfig config() {
        return TrainConfigJson.parse(json().toString(), "form", TrainConfig.class);
    }

    private ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("stage", stage.name().toLowerCase(Locale.ROOT));
        root.put("model", model == null ? "" : model);
        root.putObject("data").put("path", data == null ? "" : data.path());
        Map<String, String> values = base();
        values.putAll(changes);
        values.forEach((path, text) -> put(root, path, text));
        return root;
    }

    private static void put(ObjectNode root, String path, String text) {
        SettingField field = SettingField.of(path);
        if (text.isBlank() && field.kind() != SettingField.Kind.LIST && field.kind() != SettingField.Kind.LINES) {
            return;
        }
        int dot = path.indexOf('.');
        ObjectNode parent = dot < 0 ? root : root.withObjectProperty(path.substring(0, dot));
        SettingText.read(field, text).ifPresent(value -> parent.set(path.substring(dot + 1), value));
    }
}
