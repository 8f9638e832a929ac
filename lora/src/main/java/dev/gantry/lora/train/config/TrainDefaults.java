package dev.gantry.lora.train.config;

import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.BiasTraining;
import dev.gantry.lora.data.DataDefaults;
import dev.gantry.lora.data.tokens.TrainOn;
import dev.gantry.lora.train.DecayScope;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The one place where the defaults of training stand: what the common programs agree on.
public final class TrainDefaults {
    static final int RANK = 16;
    static final double DROPOUT = 0.05;
    static final long DROPOUT_BELOW_ROWS = 5_000;
    static final double LORA_RATE = 2e-4;
    static final double LORA_RATE_LARGE = 1e-4;
    static final long LARGE_PARAMETERS = 7_000_000_000L;
    static final double FULL_RATE = 2e-5;
    static final double PRETRAIN_RATE = 6e-4;
    static final int EFFECTIVE_ROWS = 16;
    static final int MICRO_BATCH_TOKENS = 2048;
    static final double WARMUP_SHARE = 0.03;
    static final long LEAST_WARMUP_STEPS = 5;
    static final long POINTS_PER_RUN = 10;
    static final int KEEP_LAST = 2;
    static final int PATIENCE = 3;
    static final int SAMPLE_TOKENS = 64;
    static final long SEED = DataDefaults.SEED;

    private TrainDefaults() {}

    /// What defaults depend on.
    ///
    /// @param rows to train on
    /// @param parameters of the model
    /// @param maxTokens longest row
    public record Facts(long rows, long parameters, int maxTokens) {}

    /// Fills in everything that must be known before the data is prepared.
    public static TrainConfig beforeData(TrainConfig c) {
        DataSection d = c.data();
        boolean pretraining = c.stage() == Stage.PRETRAIN;
        DataSection data = new DataSection(
                d.path(),
                d.template(),
                or(d.maxTokens(), DataDefaults.MAX_TOKENS_FROM_DATA),
                or(d.packing(), pretraining),
                or(d.evalFraction(), DataDefaults.EVAL_FRACTION),
                or(d.overLong(), DataDefaults.OVER_LONG),
                or(d.faultPolicy(), DataDefaults.FAULT_POLICY),
                or(d.trainOn(), pretraining ? TrainOn.EVERYTHING : DataDefaults.TRAIN_ON),
                or(d.promptStyle(), DataDefaults.PROMPT_STYLE),
                d.columns());
        return c.withData(data).withSeed(or(c.seed(), SEED));
    }

    /// Fills in the rest but for what depends on the number of steps.
    ///
    /// @param c a result of {@link #beforeData}
    public static TrainConfig afterData(TrainConfig c, Facts facts) {
        return c.withData(c.data().withMaxTokens(facts.maxTokens()))
                .withLora(lora(c.lora(), facts))
                .withOptimizer(optimizer(c, facts))
                .withBatch(batch(c, facts))
                .withDuration(new DurationSection(
                        or(c.duration().epochs(), epochs(c.stage(), facts.rows())),
                        c.duration().maxSteps(),
                        or(c.duration().earlyStopPatience(), c.stage() == Stage.PRETRAIN ? 0 : PATIENCE)))
                .withSamples(new SampleSection(
                        or(c.samples().prompts(), List.of()), or(c.samples().maxNewTokens(), SAMPLE_TOKENS)))
                .withMachine(c.machine().computingIn(or(c.machine().compute(), ComputeType.F32)));
    }

    /// Fills in what depends on the number of steps.
    ///
    /// @param c a result of {@link #afterData}
    public static TrainConfig forSteps(TrainConfig c, long steps) {
        long point = Math.max(1, Math.ceilDiv(steps, POINTS_PER_RUN));
        long warmup = Math.min(Math.max(LEAST_WARMUP_STEPS, Math.round(WARMUP_SHARE * steps)), steps / 2);
        CadenceSection k = c.cadence();
        ScheduleSection s = c.schedule();
        DurationSection d = c.duration();
        return c.withDuration(new DurationSection(d.epochs(), steps, d.earlyStopPatience()))
                .withSchedule(new ScheduleSection(
                        or(s.shape(), ScheduleSection.Shape.COSINE),
                        or(s.warmupSteps(), warmup),
                        or(s.finalShare(), 0.0)))
                .withCadence(new CadenceSection(
                        or(k.evalSteps(), point),
                        or(k.checkpointSteps(), point),
                        or(k.sampleSteps(), point),
                        or(k.keepLast(), KEEP_LAST)));
    }

    private static LoraSection lora(LoraSection l, Facts facts) {
        int r = or(l.r(), RANK);
        return new LoraSection(
                r,
                or(l.loraAlpha(), 2.0 * r),
                or(l.loraDropout(), facts.rows() < DROPOUT_BELOW_ROWS ? DROPOUT : 0),
                or(l.useRslora(), false),
                or(l.targetModules(), List.of(LoraSection.ALL_LINEAR)),
                or(l.modulesToSave(), List.of()),
                or(l.rankPattern(), Map.of()),
                or(l.alphaPattern(), Map.of()),
                or(l.bias(), BiasTraining.NONE));
    }

    private static OptimizerSection optimizer(TrainConfig c, Facts facts) {
        OptimizerSection o = c.optimizer();
        boolean pretraining = c.stage() == Stage.PRETRAIN;
        return new OptimizerSection(
                or(o.name(), OptimizerSection.Name.ADAMW),
                or(o.learningRate(), rate(c.stage(), facts.parameters())),
                or(o.beta1(), 0.9),
                or(o.beta2(), pretraining ? 0.95 : 0.999),
                or(o.epsilon(), 1e-8),
                or(o.momentum(), 0.9),
                or(o.trustCoefficient(), 0.001),
                or(o.weightDecay(), pretraining ? 0.1 : 0.01),
                or(o.decayScope(), DecayScope.MATRICES),
                or(o.maxGradNorm(), 1.0));
    }

    private static double rate(Stage stage, long parameters) {
        return switch (stage) {
            case SFT -> parameters > LARGE_PARAMETERS ? LORA_RATE_LARGE : LORA_RATE;
            case FULL -> FULL_RATE;
            case PRETRAIN -> PRETRAIN_RATE;
        };
    }

    private static int epochs(Stage stage, long rows) {
        if (stage == Stage.PRETRAIN || rows > 20_000) {
            return 1;
        }
        return rows < 2_000 ? 3 : 2;
    }

    /// The largest micro-batch that divides the step, keeps activations small, and leaves every rank one.
    private static BatchSection batch(TrainConfig c, Facts facts) {
        BatchSection b = c.batch();
        int effective = or(b.effectiveRows(), Math.max(EFFECTIVE_ROWS, or(b.microRows(), 1)));
        int most = Math.max(1, MICRO_BATCH_TOKENS / facts.maxTokens());
        int each = Math.max(1, effective / or(c.machine().ranks(), 1));
        int micro = Math.min(each, most);
        while (effective % micro != 0) {
            micro--;
        }
        return new BatchSection(effective, or(b.microRows(), micro));
    }

    private static <T> T or(@Nullable T chosen, T otherwise) {
        return Objects.requireNonNullElse(chosen, otherwise);
    }
}
