package dev.gantry.app.cli;

import dev.gantry.app.demo.Demo;
import dev.gantry.app.demo.DemoReport;
import dev.gantry.app.library.Import;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `gantry demo`: the main job, offline, in about a minute.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Tunes the bundled starter model on the bundled data, shows before and after, exports and checks.")
final class DemoCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private final ThreadsOption threads = new ThreadsOption();

    @Option(names = "--json", description = "print one JSON object at the end")
    private boolean json;

    DemoCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Demo demo = new Demo(context.home(), Training.environment(context), threads.count(), context::openCatalog);
        int[] part = {0};
        DemoReport report = demo.run(title -> {
            part[0]++;
            if (!json) {
                context.out().printf("[%d/5] %s%n", part[0], title);
                context.out().flush();
            }
        });
        if (json) {
            context.printJson(report);
        } else {
            print(report);
        }
        return report.passed() ? ExitCode.OK.value() : ExitCode.FAILED_CHECK.value();
    }

    private void print(DemoReport report) {
        var out = context.out();
        out.println();
        out.println("--- questions that the training data holds in these words");
        printExchanges(report, DemoReport.Exchange::inData);
        out.println("--- questions that it does not hold");
        printExchanges(report, exchange -> !exchange.inData());
        Double before = report.training().initialEvalLoss();
        Double after = report.training().bestEvalLoss();
        out.printf(
                Locale.ROOT,
                "loss on held-back rows: %.3f before, %.3f after %d steps (%.0f tokens/s, %.1f million parameters)%n",
                before == null ? Double.NaN : before,
                after == null ? Double.NaN : after,
                report.training().steps(),
                report.training().tokensPerSecond(),
                report.parameters() / 1e6);
        out.println();
        new ExportReceiptPrinter(out).print(report.receipt(), report.reload());
        out.println();
        out.println("model    " + report.folders().model());
        out.println("data     " + report.folders().data());
        out.println("run      " + report.folders().run());
        out.println("export   " + report.folders().export());
        out.println();
        out.println("talk to it: gantry chat " + report.folders().export());
        out.println("or to the model as it was: gantry chat " + Import.STARTER);
        out.printf(Locale.ROOT, "done in %.0f s%n", report.seconds());
    }

    private void printExchanges(DemoReport report, Predicate<DemoReport.Exchange> shown) {
        var out = context.out();
        for (DemoReport.Exchange exchange :
                report.answers().stream().filter(shown).toList()) {
            out.println("You:    " + exchange.question());
            out.println("before: " + exchange.before());
            out.println("after:  " + exchange.after());
            out.println();
        }
    }
}
