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
final class Draft {
    static final Draft EMPTY = new Draft(new Chosen(Stage.SFT, null, 0, null, Goal.CHAT, Map.of()));

    private final Chosen chosen;
    /// What goal and data bring; made once, because every field asks for it at every keystroke.
    private final Map<String, String> base;

    /// What was chosen.
    ///
    /// @param model its folder; null before one was chosen
    /// @param parameters of the model; 0 before one was chosen
    /// @param data with what was chosen when it was checked; null before one was chosen
    /// @param changes by path, as they were typed; an empty text leaves the setting to be chosen
    private record Chosen(
            Stage stage,
            @Nullable String model,
            long parameters,
            @Nullable DataSection data,
            Goal goal,
            Map<String, String> changes) {
        Chosen {
            changes = Collections.unmodifiableMap(new TreeMap<>(changes));
        }

        Chosen with(Map<String, String> now) {
            return new Chosen(stage, model, parameters, data, goal, now);
        }
    }

    private Draft(Chosen chosen) {
        this.chosen = chosen;
        this.base = Collections.unmodifiableMap(base(chosen));
    }

    /// The form that gives exactly `config`.
    static Draft of(TrainConfig config, long parameters) {
        return new Draft(new Chosen(
                config.stage(),
                config.model(),
                parameters,
                DataSection.of(config.data().path()),
                Goal.OWN,
                SettingText.flat(config)));
    }

    Draft withStage(Stage value) {
        return new Draft(new Chosen(value, model(), parameters(), data(), goal(), changes()));
    }

    Draft withModel(String folder, long count) {
        return new Draft(new Chosen(stage(), folder, count, data(), goal(), changes()));
    }

    Draft withData(DataSection value) {
        return new Draft(new Chosen(stage(), model(), parameters(), value, goal(), changes()));
    }

    /// Another goal, with its own length and its own values; what else was chosen by hand stays.
    Draft withGoal(Goal value) {
        Map<String, String> kept = new HashMap<>(changes());
        kept.keySet().removeAll(value.values(parameters()).keySet());
        kept.keySet().removeIf(path -> path.startsWith("duration."));
        return new Draft(new Chosen(stage(), model(), parameters(), data(), value, kept));
    }

    /// Sets one setting; the text that it has anyway takes a change back.
    Draft with(String path, String text) {
        Map<String, String> now = new HashMap<>(changes());
        if (text.equals(base(path))) {
            now.remove(path);
        } else {
            now.put(path, text);
        }
        return new Draft(chosen.with(now));
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
        return new Draft(chosen.with(Map.of()));
    }

    private static Map<String, String> base(Chosen chosen) {
        Map<String, String> base = new TreeMap<>(chosen.goal().values(chosen.parameters()));
        DataSection brought = chosen.data();
        if (brought != null) {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.set("data", RunJson.PRETTY.valueToTree(brought));
            base.putAll(SettingText.flat(root));
        }
        return base;
    }

    String base(String path) {
        return base.getOrDefault(path, "");
    }

    /// The text in a field; empty when the setting is left to be chosen.
    String text(String path) {
        return changes().getOrDefault(path, base(path));
    }

    /// Settings that differ from what goal and data bring.
    Set<String> changed() {
        Set<String> changed = new TreeSet<>();
        changes().forEach((path, text) -> {
            if (!text.equals(base.getOrDefault(path, ""))) {
                changed.add(path);
            }
        });
        return changed;
    }

    /// Settings whose text is not written as they want it.
    Set<String> unreadable() {
        Set<String> unreadable = new TreeSet<>();
        changes().forEach((path, text) -> {
            if (!text.isBlank() && SettingText.read(SettingField.of(path), text).isEmpty()) {
                unreadable.add(path);
            }
        });
        return unreadable;
    }

    boolean isComplete() {
        return model() != null && data() != null;
    }

    /// What `gantry train` would read; complete drafts only.
    ///
    /// @throws GantryException naming the setting that is wrong
    TrainConfig config() {
        return TrainConfigJson.parse(json().toString(), "form", TrainConfig.class);
    }

    private ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("stage", stage().name().toLowerCase(Locale.ROOT));
        String folder = model();
        root.put("model", folder == null ? "" : folder);
        DataSection rows = data();
        root.putObject("data").put("path", rows == null ? "" : rows.path());
        Map<String, String> values = new TreeMap<>(base);
        values.putAll(changes());
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

    Stage stage() {
        return chosen.stage();
    }

    /// The folder of the model; null before one was chosen.
    @Nullable
    String model() {
        return chosen.model();
    }

    long parameters() {
        return chosen.parameters();
    }

    /// The data with what was chosen when it was checked; null before one was chosen.
    @Nullable
    DataSection data() {
        return chosen.data();
    }

    Goal goal() {
        return chosen.goal();
    }

    Map<String, String> changes() {
        return chosen.changes();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Draft draft && chosen.equals(draft.chosen);
    }

    @Override
    public int hashCode() {
        return chosen.hashCode();
    }
}
