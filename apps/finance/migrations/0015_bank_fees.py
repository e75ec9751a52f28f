"""A bank line may be the bank's own fee."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0014_guardians_in_orders"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bankmatch",
            name="subject_kind",
            field=models.CharField(choices=[("donation", "捐赠"), ("batch", "捐款名单"), ("deposit", "现金存款"), ("payment", "拨付"), ("refund", "退款"), ("return", "资助退回"), ("custody", "代管收到"), ("hand_over", "代管转交"), ("bounce", "退汇"), ("payout", "支付机构结算"), ("platform", "募捐平台结算"), ("interest", "利息"), ("fee", "银行手续费")], max_length=20),
        ),
    ]
