package dev.gantry.offload.plan;

import dev.gantry.engine.decoder.DecoderParameters;
import dev.gantry.engine.decoder.DecoderSpec;
import dev.gantry.engine.decoder.ParameterSpec;
import dev.gantry.engine.pass.Retention;
import dev.gantry.offload.plan.KernelClock.Elapsed;

/// What a probe timed, carried over to larger jobs of the same model by what the work of each kind of kernel grows
/// with.
///
/// @param small what was timed
/// @param forward of embedding and all blocks
/// @param backward of the last block
/// @param head of head and loss, there and back
/// @param optimizer of clearing, clipping and updating, for every trained element
record StepTimes(TrainingJob small, Elapsed forward, Elapsed backward, Elapsed head, double optimizer)
        implements ComputeRates {

    /// All that grows with tokens.
    double seconds() {
        return forward.seconds() + backward.seconds() + head.seconds();
    }

    @Override
    public ComputeTimes of(TrainingJob job, Retention retention) {
        double tokens = (double) job.tokensPerStep() / small.tokensPerStep();
        TrainingFlops of = TrainingFlops.of(job);
        TrainingFlops ofSmall = TrainingFlops.of(small);
        double products = tokens * of.blockProducts() / ofSmall.blockProducts();
        double attention = tokens * of.blockAttention() / ofSmall.blockAttention();
        double others = tokens * blockWidth(job.spec()) / blockWidth(small.spec());
        double onward = forward.scaled(products, attention, others).seconds() / ProbeShape.LAYERS;
        double back = backward.scaled(products, attention, others).seconds();
        double again = retention == Retention.BOUNDARY ? onward : 0;
        double labelled = tokens * job.text().labelledShare();
        double vocabulary =
                labelled * job.spec().vocabularySize() / small.spec().vocabularySize();
        Elapsed loss = head.scaled(labelled * of.headProducts() / ofSmall.headProducts(), 0, vocabulary);
        return new ComputeTimes(onward, back + again, loss.seconds(), optimizer * trainedElements(job));
    }

    /// What the rows of a block's elementwise work add up to.
    private static double blockWidth(DecoderSpec spec) {
        return (double) spec.hidden()
                + spec.mlp().intermediate()
                + spec.attention().qkvWidth();
    }

    private static double trainedElements(TrainingJob job) {
        double elements = 0;
        for (var adapter : job.adapterRanks().entrySet()) {
            var module = adapter.getKey().module();
            elements += (double) adapter.getValue()
                    * (DecoderParameters.inputWidth(job.spec(), module)
                            + DecoderParameters.outputWidth(job.spec(), module));
        }
        for (ParameterSpec parameter : DecoderParameters.of(job.spec())) {
            if (job.trained().contains(parameter.id())) {
                elements += parameter.shape().elements();
            }
        }
        return elements;
    }
}
