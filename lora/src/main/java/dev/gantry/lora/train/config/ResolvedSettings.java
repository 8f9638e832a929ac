package dev.gantry.lora.train.config;

import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.optim.OptimizerSettings;
import dev.gantry.engine.optim.Schedule;
import dev.gantry.engine.pass.ComputeType;
import dev.gantry.lora.adapter.LoraConfig;
import dev.gantry.lora.adapter.TargetModules;
import dev.gantry.lora.data.DataOptions;
import dev.gantry.lora.data.batch.BatchPlan;
import dev.gantry.lora.train.DecayScope;
import dev.gantry.lora.train.LoopPlan;
import dev.gantry.offload.plan.RankDivision;
import dev.gantry.offload.ranks.ZeroStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Settings in which every default was filled in, as the types that the parts of a run take.
public record ResolvedSettings(TrainConfig config) {

    /// Needs {@link TrainDefaults#beforeData}.
    public DataOptions dataOptions() {
        DataSection d = config.data();
        return new DataOptions(
                need(d.faultPolicy()),
                need(d.trainOn()),
                need(d.promptStyle()),
                need(d.overLong()),
                need(d.maxTokens()),
                need(d.evalFraction()),
                seed());
    }

    /// Needs {@link TrainDefaults#afterData}, as all below.
    public BatchPlan batchPlan() {
        return new BatchPlan(
                need(config.batch().microRows()),
                need(config.data().maxTokens()),
                need(config.data().packing()) ? BatchPlan.Packing.FIRST_FIT : BatchPlan.Packing.OFF,
                BatchPlan.Order.SHUFFLED,
                seed());
    }

    public int microBatches() {
        return need(config.batch().effectiveRows()) / need(config.batch().microRows());
    }

    public long epochs() {
        return need(config.duration().epochs());
    }

    public LoraConfig lora() {
        LoraSection l = config.lora();
        List<String> targets = need(l.targetModules());
        return new LoraConfig(
                need(l.r()),
                need(l.loraAlpha()),
                need(l.loraDropout()),
                need(l.useRslora()),
                targets.equals(List.of(LoraSection.ALL_LINEAR))
                        ? new TargetModules.AllLinear()
                        : new TargetModules.Names(targets),
                List.of(),
                need(l.modulesToSave()),
                need(l.rankPattern()),
                need(l.alphaPattern()),
                need(l.bias()));
    }

    public OptimizerSettings optimizer() {
        OptimizerSection o = config.optimizer();
        double decay = need(o.weightDecay());
        return switch (need(o.name())) {
            case ADAMW -> new OptimizerSettings.AdamW(need(o.beta1()), need(o.beta2()), need(o.epsilon()), decay);
            case LAMB -> new OptimizerSettings.Lamb(need(o.beta1()), need(o.beta2()), need(o.epsilon()), decay);
            case LARS ->
                new OptimizerSettings.Lars(need(o.momentum()), decay, need(o.trustCoefficient()), need(o.epsilon()));
        };
    }

    public double maxGradNorm() {
        return need(config.optimizer().maxGradNorm());
    }

    public DecayScope decayScope() {
        return need(config.optimizer().decayScope());
    }

    public ComputeType compute() {
        return need(config.machine().compute());
    }

    /// What was chosen to compute on; a run that began names its device.
    public DeviceChoice device() {
        String written = config.machine().device();
        return written == null
                ? DeviceChoice.auto()
                : DeviceChoice.parse(written).orElseThrow();
    }

    public int threads() {
        Integer threads = config.machine().threads();
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    public int ranks() {
        Integer ranks = config.machine().ranks();
        return ranks == null ? 1 : ranks;
    }

    /// What ranks share: an adapter is small, and of a whole model most is states and gradients.
    public ZeroStage zero() {
        Integer zero = config.machine().zero();
        if (zero != null) {
            return ZeroStage.of(zero);
        }
        return switch (config.stage()) {
            case SFT -> ZeroStage.NONE;
            case FULL, PRETRAIN -> ZeroStage.GRADIENTS;
        };
    }

    /// How ranks divide the job; a stage of ZeRO that is named is of shares.
    public RankDivision division() {
        RankDivision division = config.machine().division();
        if (config.machine().zero() != null) {
            return RankDivision.SHARES;
        }
        return division == null ? RankDivision.AUTO : division;
    }

    /// The threads of each rank: all threads, dealt as evenly as they go, and no rank without one.
    public List<Integer> threadsOfRanks() {
        List<Integer> dealt = new ArrayList<>();
        for (int rank = 0; rank < ranks(); rank++) {
            int share = threads() * (rank + 1) / ranks() - threads() * rank / ranks();
            dealt.add(Math.max(1, share));
        }
        return dealt;
    }

    public List<String> prompts() {
        return need(config.samples().prompts());
    }

    public int maxNewTokens() {
        return need(config.samples().maxNewTokens());
    }

    public long seed() {
        return need(config.seed());
    }

    /// Needs {@link TrainDefaults#forSteps}.
    public LoopPlan loopPlan() {
        CadenceSection cadence = config.cadence();
        long steps = need(config.duration().maxSteps());
        return new LoopPlan(
                steps,
                need(config.optimizer().learningRate()),
                schedule(steps),
                need(cadence.evalSteps()),
                need(cadence.checkpointSteps()),
                need(cadence.sampleSteps()),
                need(cadence.keepLast()),
                need(config.duration().earlyStopPatience()),
                seed());
    }

    private Schedule schedule(long steps) {
        ScheduleSection s = config.schedule();
        long warmup = need(s.warmupSteps());
        double finalShare = need(s.finalShare());
        return switch (need(s.shape())) {
            case CONSTANT -> new Schedule.Constant(warmup);
            case LINEAR -> new Schedule.Linear(warmup, steps, finalShare);
            case COSINE -> new Schedule.Cosine(warmup, steps, finalShare);
        };
    }

    private static <T> T need(@Nullable T value) {
        return Objects.requireNonNull(value, "a setting was not filled in");
    }
}
