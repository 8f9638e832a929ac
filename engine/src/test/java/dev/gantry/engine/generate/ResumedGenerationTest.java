package dev.gantry.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.decoder.DecoderModel;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.PositionSpec;
import dev.gantry.engine.decoder.RotaryScaling;
import dev.gantry.engine.generate.Generator.Continuation;
import dev.gantry.engine.pass.Adapters;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.engine.pass.ResidentWeights;
import dev.gantry.engine.pass.TinyDecoders;
import dev.gantry.engine.tensor.TensorArena;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The turns of a conversation, each prompt beginning as the one before for a while.
class ResumedGenerationTest {
    private static final int POSITIONS = 1200;
    private static final int NEW_TOKENS = 6;
    private static final long SEED = 11;
    private static final Sampling SEEDED = new Sampling(0.9f, 0, 1, 0, 1.1f, 5);

    static Stream<Arguments> models() {
        return TinyDecoders.all().keySet().stream()
                .flatMap(name -> Stream.of(ComputeType.values()).map(compute -> Arguments.of(name, compute)));
    }

    private static DecoderSpec spec(String name) {
        DecoderSpec tiny = Objects.requireNonNull(TinyDecoders.all().get(name));
        return TinyDecoders.withPositions(tiny, POSITIONS);
    }

    /// A turn, and how many of its tokens have to be read: what follows the last whole run that it shares with the turn
    /// before.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Turn(int[] prompt, int readTokens) {}

    private static List<Turn> turns(DecoderSpec spec) {
        Random random = new Random(SEED);
        int[] first = random.ints(300, 0, spec.vocabularySize()).toArray();
        int[] second = joined(first, random.ints(700, 0, spec.vocabularySize()).toArray());
        int[] edited = Arrays.copyOf(second, 600);
        edited[400] = (edited[400] + 1) % spec.vocabularySize();
        int[] branch = Arrays.copyOf(first, 256);
        int[] other = first.clone();
        other[0] = (other[0] + 1) % spec.vocabularySize();
        return List.of(
                new Turn(first, 300),
                new Turn(second, 1000 - 256),
                new Turn(second, 1000 - 768),
                new Turn(edited, 600 - 256),
                // its last token must be read for what follows it
                new Turn(branch, 256),
                new Turn(joined(branch, 3, 5), 2),
                new Turn(other, 300));
    }

    private static int[] joined(int[] first, int... second) {
        return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyTurn_hasTheTokensOfAFreshStart_andReadsWhatIsNew(String name, ComputeType compute) {
        converse(spec(name), compute, turns(spec(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = "llama-gqa")
    void keysThatTurnWithTheLength_areReadAgain(String name) {
        DecoderSpec dynamic = TinyDecoders.withPosition(
                spec(name), new PositionSpec.Rotary(10_000, 4, new RotaryScaling.Dynamic(2, 128)), POSITIONS);
        List<Turn> whole = turns(dynamic).stream()
                .map(turn -> new Turn(turn.prompt(), turn.prompt().length))
                .toList();
        converse(dynamic, ComputeType.F32, whole);
    }

    private static void converse(DecoderSpec spec, ComputeType compute, List<Turn> turns) {
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena()) {
            Sampling sampling = compute == ComputeType.F32 ? SEEDED : Sampling.GREEDY;
            Random random = new Random(SEED);
            DecoderModel model = TinyDecoders.random(spec, random, arena);
            Adapters adapters = TinyDecoders.adapters(spec, 3, 0, random, arena);
            try (ResidentWeights weights = new ResidentWeights(backend, model, compute);
                    Generator resumed = new Generator(backend, weights.weights(), adapters, 1, POSITIONS);
                    Generator fresh = new Generator(backend, weights.weights(), adapters, 1, POSITIONS)) {
                for (Turn turn : turns) {
                    Continuation answer =
                            resumed.resume(turn.prompt(), sampling, NEW_TOKENS, Set.of(), (sequence, id) -> true);
                    assertThat(answer.ids()).isEqualTo(fresh(fresh, turn, sampling));
                    assertThat(answer.readTokens()).isEqualTo(turn.readTokens());
                }
            }
        }
    }

    private static int[] fresh(Generator generator, Turn turn, Sampling sampling) {
        return generator
                .generate(List.of(turn.prompt()), sampling, NEW_TOKENS, Set.of(), (sequence, id) -> true)
                .getFirst()
                .ids();
    }

    /// As where the files of a model change under it.
    @ParameterizedTest
    @ValueSource(strings = "gpt2")
    void anAnswerThatBroke_leavesNothingWrongBehind(String name) {
        DecoderSpec spec = spec(name);
        Turn turn = turns(spec).getFirst();
        try (CpuBackend backend = new CpuBackend(2);
                TensorArena arena = new TensorArena();
                ResidentWeights weights = new ResidentWeights(
                        backend, TinyDecoders.random(spec, new Random(SEED), arena), ComputeType.F32);
                Generator generator = new Generator(backend, weights.weights(), Adapters.NONE, 1, POSITIONS)) {
            int[] whole = fresh(generator, turn, SEEDED);
            assertThatThrownBy(() -> generator.resume(turn.prompt(), SEEDED, NEW_TOKENS, Set.of(), (sequence, id) -> {
                        throw new IllegalStateException("cable cut");
                    }))
                    .hasMessage("cable cut");
            Continuation answer = generator.resume(turn.prompt(), SEEDED, NEW_TOKENS, Set.of(), (sequence, id) -> true);
            assertThat(answer.ids()).isEqualTo(whole);
            assertThat(answer.readTokens()).isEqualTo(300 - 256);
        }
    }
}
