package dev.gantry.app.cli;

import dev.gantry.lora.export.ReloadReport;
import dev.gantry.zoo.export.ExportReceipt;
import java.io.PrintWriter;
import java.util.Locale;

/// Shows what an export wrote and how it compares when loaded again.
record ExportReceiptPrinter(PrintWriter out) {

    void print(ExportReceipt receipt, ReloadReport reload) {
        out.println("wrote " + receipt.folder() + ", " + Quantity.bytes(receipt.bytes()) + ", "
                + receipt.changedTensors() + " tensors tuned");
        receipt.files()
                .forEach(file -> out.printf(
                        "  %-28s %12s  sha256 %s%n", file.name(), Quantity.bytes(file.bytes()), file.sha256()));
        print(reload);
    }

    private void print(ReloadReport reload) {
        out.println("loaded again from these files and compared with what they were made of:");
        reload.prompts()
                .forEach(check -> out.printf(
                        Locale.ROOT,
                        "  %s %2d of %2d tokens the same, logits within %.2g  %s%n",
                        check.sameTokens() == check.tokens() ? "ok  " : "near",
                        check.sameTokens(),
                        check.tokens(),
                        check.largestLogitDifference(),
                        oneLine(check.prompt() + " -> " + check.answer())));
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= 90 ? line : line.substring(0, 90) + "...";
    }
}
