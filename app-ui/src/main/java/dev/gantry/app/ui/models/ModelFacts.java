package dev.gantry.app.ui.models;

import dev.gantry.app.ui.text.Numbers;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.decoder.AttentionSpec;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.MlpSpec;
import dev.gantry.engine.decoder.NormSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.zoo.chat.ChatTemplates;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The architecture of a model in words, a line for each thing that differs between models.
final class ModelFacts {
    /// One line of the card.
    record Fact(String name, String value) {}

    private final Texts texts;
    private final Numbers numbers;

    ModelFacts(Texts texts) {
        this.texts = texts;
        this.numbers = texts.numbers();
    }

    List<Fact> of(ModelDetails details) {
        DecoderSpec spec = details.folder().spec();
        List<Fact> facts = new ArrayList<>();
        facts.add(fact("family", details.folder().family().modelType()));
        facts.add(fact("parameters", numbers.count(details.folder().parameterCount())));
        facts.add(fact(
                "weights",
                details.folder().dtype().name().toLowerCase(Locale.ROOT) + ", "
                        + numbers.bytes(details.folder().bytes())));
        facts.add(fact("layers", texts.format("models.layers.value", spec.layers(), spec.hidden())));
        facts.add(fact("attention", attention(spec.attention())));
        facts.add(fact("position", position(spec.position())));
        facts.add(fact("mlp", mlp(spec.mlp())));
        facts.add(fact(
                "norm",
                texts.get(spec.norm().kind() == NormSpec.Kind.RMS_NORM ? "models.norm.rms" : "models.norm.layer")));
        facts.add(fact("context", texts.format("models.context.value", spec.maxPositions())));
        facts.add(
                fact("head", texts.get(spec.head() == DecoderSpec.Head.TIED ? "models.head.tied" : "models.head.own")));
        facts.add(fact(
                "tokenizer",
                details.tokens() == 0
                        ? texts.get("models.tokenizer.none")
                        : texts.format("models.tokenizer.value", details.tokens())));
        facts.add(fact(
                "template",
                switch (details.template()) {
                    case "" -> texts.get("models.template.none");
                    case ChatTemplates.CUSTOM -> texts.get("models.template.own");
                    case String known -> known;
                }));
        return List.copyOf(facts);
    }

    private Fact fact(String key, String value) {
        return new Fact(texts.get("models.fact." + key), value);
    }

    private String attention(AttentionSpec attention) {
        String key = attention.heads() == attention.kvHeads() ? "models.attention.full" : "models.attention.grouped";
        return texts.format(key, attention.heads(), attention.headDim(), attention.kvHeads());
    }

    private String position(PositionSpec position) {
        return switch (position) {
            case PositionSpec.Learned learned -> texts.get("models.position.learned");
            case PositionSpec.Rotary rotary -> texts.format("models.position.rotary", Math.round(rotary.theta()));
            case PositionSpec.Alibi alibi -> texts.get("models.position.alibi");
        };
    }

    private String mlp(MlpSpec mlp) {
        String key = mlp.gating() == MlpSpec.Gating.GATED ? "models.mlp.gated" : "models.mlp.plain";
        return texts.format(
                key,
                mlp.intermediate(),
                mlp.activation().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
}
