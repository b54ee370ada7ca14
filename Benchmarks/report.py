"""What is said of the results: tables on standard output, progress on standard error, JSON files."""

import json
import sys


def say(text):
    print(text, file=sys.stderr, flush=True)


def print_variants(results):
    print(
        f"\n{'benchmark':<13} {'PyTorch variant':<28} {'ms a step':>10} {'min':>10} {'peak MB':>8}"
    )
    for result in results:
        for row in sorted(result["peer_variants"], key=lambda row: row["median_ms"]):
            print(
                f"{result['benchmark']:<13} {row['variant']:<28} {row['median_ms']:>10.3f} "
                f"{row['min_ms']:>10.3f} {row['peak_rss_mb']:>8.0f}"
            )


def print_duels(results):
    print(
        f"\n{'benchmark':<13} {'Tandem ms':>10} {'PyTorch ms':>10}  {'variant':<28} "
        f"{'ratio':>6} {'spread':>14} {'wanted':>7} {'our MB':>7} {'its MB':>7}"
    )
    for result in results:
        ours, peer, ratio = result["ours"], result["peer"], result["ratio"]
        spread = f"{ratio['min']:.2f} - {ratio['max']:.2f}"
        print(
            f"{result['benchmark']:<13} {ours['median_ms']:>10.3f} {peer['median_ms']:>10.3f}  "
            f"{result['best_variant']:<28} {ratio['of_medians']:>5.2f}x {spread:>14} "
            f"{ratio['wanted']:>6.2f}x {ours['peak_rss_mb']:>7.0f} {peer['peak_rss_mb']:>7.0f}"
        )


def print_machine(result, threads):
    facts = result["machine"]
    print(
        f"{facts['cpu']} (family {facts['family']}), {facts['cores']} cores, {facts['system']}, "
        f"torch {result['torch']}, {threads} threads, float32"
    )


def write_result(result, folder):
    """Writes `<benchmark>.json` into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result['benchmark']}.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
