import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useFormat } from "../kit/format/use_format";
import type { Series } from "./ChartCard";
import type { Day } from "./days";

/** The drawing. It stands in a file of its own, so that its library is only fetched with it. */
export default function Bars({ days, series, stacked }: { days: Day[]; series: Series[]; stacked?: boolean }) {
  const format = useFormat();
  const data = days.map((day) => ({ date: day.date, ...Object.fromEntries(series.map((one) => [one.key, one.of(day)])) }));
  const text = { fill: "var(--mantine-color-dimmed)", fontSize: 12 };
  return (
    <ResponsiveContainer width="100%" height={180}>
      <BarChart data={data} margin={{ top: 4, right: 0, bottom: 0, left: -24 }} barGap={1} barCategoryGap="20%" accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--accord-line)" />
        <XAxis dataKey="date" tickFormatter={format.dayShort} tick={text} tickLine={false} axisLine={false} minTickGap={28} />
        <YAxis allowDecimals={false} tick={text} tickLine={false} axisLine={false} tickFormatter={format.number} />
        <Tooltip
          cursor={{ fill: "var(--accord-hover)" }}
          isAnimationActive={false}
          labelFormatter={(date) => format.day(String(date))}
          formatter={(value) => format.number(Number(value))}
          contentStyle={{
            background: "var(--mantine-color-body)",
            border: "1px solid var(--accord-line)",
            borderRadius: "var(--mantine-radius-md)",
            fontSize: 13,
          }}
        />
        {series.map(({ key, name, color }) => (
          <Bar key={key} dataKey={key} name={name} fill={color} stackId={stacked ? "all" : undefined} isAnimationActive={false} maxBarSize={18} />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
