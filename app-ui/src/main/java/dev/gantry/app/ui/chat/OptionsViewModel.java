package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.SamplingChoice;
import dev.gantry.zoo.chat.ChatTemplates;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.LongProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleLongProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// How answers are drawn, what the model is told first, and how the conversation is written out for it.
final class OptionsViewModel {
    /// Stands for the adapter's or model's own template.
    static final String OWN_TEMPLATE = "";

    private static final int MAX_TOKENS = 4096;

    private final StringProperty system = new SimpleStringProperty("");
    private final ObjectProperty<String> template = new SimpleObjectProperty<>(OWN_TEMPLATE);
    private final DoubleProperty temperature = new SimpleDoubleProperty();
    private final DoubleProperty topP = new SimpleDoubleProperty();
    private final DoubleProperty minP = new SimpleDoubleProperty();
    private final DoubleProperty repetitionPenalty = new SimpleDoubleProperty();
    private final IntegerProperty topK = new SimpleIntegerProperty();
    private final IntegerProperty maxNewTokens = new SimpleIntegerProperty();
    private final BooleanProperty fixedSeed = new SimpleBooleanProperty();
    private final LongProperty seed = new SimpleLongProperty();
    private final LongSupplier seeds;

    /// @param seeds of answers whose seed is not fixed
    OptionsViewModel(LongSupplier seeds) {
        this.seeds = seeds;
        resetSampling();
    }

    /// The same choices, changed apart from each other from now on.
    OptionsViewModel copy() {
        OptionsViewModel copy = new OptionsViewModel(seeds);
        copy.set(toOptions(ChatOptions.USUAL.lanes()));
        return copy;
    }

    StringProperty systemProperty() {
        return system;
    }

    ObjectProperty<String> templateProperty() {
        return template;
    }

    /// The template of the model, then those that this program brings along.
    static List<String> templates() {
        List<String> names = new ArrayList<>(List.of(OWN_TEMPLATE));
        names.addAll(ChatTemplates.names());
        return names;
    }

    DoubleProperty temperatureProperty() {
        return temperature;
    }

    DoubleProperty topPProperty() {
        return topP;
    }

    DoubleProperty minPProperty() {
        return minP;
    }

    DoubleProperty repetitionPenaltyProperty() {
        return repetitionPenalty;
    }

    IntegerProperty topKProperty() {
        return topK;
    }

    IntegerProperty maxNewTokensProperty() {
        return maxNewTokens;
    }

    BooleanProperty fixedSeedProperty() {
        return fixedSeed;
    }

    LongProperty seedProperty() {
        return seed;
    }

    void resetSampling() {
        set(SamplingChoice.USUAL);
    }

    private void set(SamplingChoice choice) {
        temperature.set(twoDigits(choice.temperature()));
        topP.set(twoDigits(choice.topP()));
        minP.set(twoDigits(choice.minP()));
        repetitionPenalty.set(twoDigits(choice.repetitionPenalty()));
        topK.set(choice.topK());
        maxNewTokens.set(choice.maxNewTokens());
        fixedSeed.set(choice.fixedSeed());
        seed.set(choice.seed());
    }

    /// A float such as 0.7 is not quite 0.7 as a double.
    private static double twoDigits(float value) {
        return Math.round(value * 100.0) / 100.0;
    }

    /// Takes over what a chat was left with.
    void set(ChatOptions options) {
        system.set(options.system());
        String named = options.template();
        template.set(named == null ? OWN_TEMPLATE : named);
        set(options.sampling());
    }

    SamplingChoice sampling() {
        return new SamplingChoice(
                (float) Math.max(0, temperature.get()),
                Math.max(0, topK.get()),
                (float) Math.clamp(topP.get(), 0.01, 1),
                (float) Math.clamp(minP.get(), 0, 0.99),
                (float) Math.max(0.01, repetitionPenalty.get()),
                Math.clamp(maxNewTokens.get(), 1, MAX_TOKENS),
                fixedSeed.get(),
                seed.get());
    }

    ChatOptions toOptions(List<ChatOptions.Lane> lanes) {
        String named = template.get();
        return new ChatOptions(system.get(), named.equals(OWN_TEMPLATE) ? null : named, sampling(), lanes);
    }

    /// The seed of the next answer.
    ///
    /// @param again how often the question was answered before: another answer is wanted then
    long nextSeed(int again) {
        return fixedSeed.get() ? seed.get() + again : seeds.getAsLong();
    }
}
